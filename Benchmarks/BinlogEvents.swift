import SluiceCore

/// A binary log of the bench table as a MySQL server writes it, in memory: transactions of one row event each, without checksums.
final class BinlogEvents {
  private(set) var events: [UnsafeRawBufferPointer] = []
  private(set) var byteCount = 0
  private var bytes: [UnsafeMutableRawBufferPointer] = []

  enum Change: Int {
    case insert = 30
    case update = 31
  }

  init(_ rowCount: Int, rowsPerEvent: Int, _ change: Change) {
    append(15, [4, 0] + Array("9.7.4".utf8) + [UInt8](repeating: 0, count: 45 + 4) + [19] + Self.fixedLengths + [0, 0, 0, 0, 0])
    var lineitem = Lineitem()
    var row = 0
    while row < rowCount {
      append(33, [UInt8](repeating: 1, count: 42))
      append(2, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + Array("BEGIN".utf8))
      append(19, Self.tableMap)
      var body: [UInt8] = [7, 0, 0, 0, 0, 0, 1, 0, 2, 0, 17, 0xff, 0xff, 0xff]
      if change == .update { body += [0xff, 0xff, 0xff] }
      for _ in 0..<min(rowsPerEvent, rowCount - row) {
        let image = Self.image(lineitem.texts(row))
        body += image
        if change == .update { body += image }
        row += 1
      }
      append(UInt8(change.rawValue), body)
      append(16, [0, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  deinit { for memory in bytes { memory.deallocate() } }

  private func append(_ type: UInt8, _ body: [UInt8]) {
    let size = UInt32(19 + body.count)
    let event = [0, 0, 0, 0, type, 1, 0, 0, 0] + Self.little(UInt64(size), 4) + [0, 0, 0, 0, 0, 0] + body
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: event.count, alignment: 16)
    memory.copyBytes(from: event)
    bytes.append(memory)
    events.append(UnsafeRawBufferPointer(memory))
    byteCount += event.count
  }

  private static let fixedLengths: [UInt8] = (1...42).map { type in
    [2: 13, 4: 8, 15: 57 + 42, 19: 8, 30: 10, 31: 10, 32: 10, 33: 42][type] ?? 0
  }

  private static let tableMap: [UInt8] = {
    let types: [UInt8] = [8, 8, 3, 3, 3, 246, 246, 246, 246, 254, 254, 10, 10, 18, 15, 15, 15]
    let metadata: [UInt8] = [15, 2, 15, 2, 15, 2, 15, 2, 254, 4, 254, 4, 6, 100, 0, 40, 0, 176, 0]
    let head: [UInt8] = [7, 0, 0, 0, 0, 0, 1, 0, 5] + Array("bench".utf8) + [0, 8] + Array("lineitem".utf8) + [0]
    return head + [UInt8(types.count)] + types + [UInt8(metadata.count)] + metadata + [0xff, 0xff, 1]
  }()

  /// A row image of the texts that the server would print.
  private static func image(_ texts: [String?]) -> [UInt8] {
    var nulls: [UInt8] = [0, 0, 0]
    var values: [UInt8] = []
    for (index, text) in texts.enumerated() {
      guard let text else {
        nulls[index >> 3] |= 1 << UInt8(index & 7)
        continue
      }
      switch Lineitem.columns[index].type {
      case .int64: values += little(UInt64(text) ?? 0, 8)
      case .int32: values += little(UInt64(text) ?? 0, 4)
      case .decimal: values += decimal(text)
      case .date: values += little(date(text), 3)
      case .timestamp: values += moment(text)
      default: values += [UInt8(text.utf8.count)] + Array(text.utf8)
      }
    }
    return nulls + values
  }

  /// DECIMAL(15,2) of a positive number: four digits, nine digits, two digits.
  private static func decimal(_ text: String) -> [UInt8] {
    let parts = text.split(separator: ".")
    let whole = UInt64(parts[0]) ?? 0
    return [0x80 | UInt8(whole / 1_000_000_000 >> 8), UInt8(whole / 1_000_000_000 & 0xff)] + big(whole % 1_000_000_000, 4)
      + big(UInt64(parts[1]) ?? 0, 1)
  }

  private static func date(_ text: String) -> UInt64 {
    let parts = text.split(separator: "-").map { UInt64($0) ?? 0 }
    return parts[0] << 9 | parts[1] << 5 | parts[2]
  }

  private static func moment(_ text: String) -> [UInt8] {
    let parts = text.split { "- :.".contains($0) }.map { UInt64($0) ?? 0 }
    let day = (parts[0] * 13 + parts[1]) << 5 | parts[2]
    return big(1 << 39 | day << 17 | parts[3] << 12 | parts[4] << 6 | parts[5], 5) + big(parts[6], 3)
  }

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) } }

  private static func big(_ value: UInt64, _ count: Int) -> [UInt8] { little(value, count).reversed() }
}
