internal import SluiceCore

/// How the images of one table map become rows of the tracked table. Confined to one thread: its memory for single values is shared.
final class BinlogRowPlan {
  let map: BinlogTableMap
  let count: Int
  /// By position in the image.
  let columns: UnsafeMutablePointer<BinlogColumn>
  let keyCount: Int
  /// Columns up to the last one of the key.
  let keyLimit: Int
  /// The place of the time until which a row is current, in a versioned table of MariaDB.
  let rowEnd: Int?
  /// Positions of JSON columns in the image: those that partial updates count.
  let jsonPlaces: [Int]
  private let charsets: [CharacterSet]
  private let members: [MemberNames]
  private let scratch = ByteScratch(capacity: 4_096)
  private let inflated = ByteScratch(capacity: 4_096)
  private var text: [UInt8] = []

  init(_ map: BinlogTableMap, columns: [BinlogColumn], charsets: [CharacterSet], members: [MemberNames], rowEnd: Int? = nil) {
    self.rowEnd = rowEnd
    self.map = map
    self.charsets = charsets
    self.members = members
    count = columns.count
    self.columns = .allocate(capacity: max(columns.count, 1))
    self.columns.initialize(from: columns, count: columns.count)
    keyCount = columns.count { $0.isKey }
    keyLimit = (columns.lastIndex { $0.isKey } ?? -1) + 1
    jsonPlaces = map.columns.indices.filter { map.columns[$0].type == .json }
  }

  deinit { columns.deallocate() }

  /// Whether a row of a versioned table is the current one: its end is the end of time.
  func isCurrent(_ values: [UnsafeBufferPointer<UInt8>?]) -> Bool {
    guard let rowEnd, let end = values[rowEnd] else { return true }
    if end.count == 8 { return end.allSatisfy { $0 == 0xff } }
    // 2038-01-19 03:14:07, since 11.5 2106-02-07 06:28:15.
    return (end[0] == 0x7f || end[0] == 0xff) && end[1..<4].allSatisfy { $0 == 0xff }
  }

  /// Decodes a value of a kind that is not worth a place in the inner loop.
  @inline(never)
  func appendRare(_ start: UnsafePointer<UInt8>, _ size: Int, _ column: BinlogColumn, to builder: inout ColumnBuilder) -> Bool {
    var bad: UInt64 = 0
    switch column.operation {
    case .year: builder.append(Int16(start[0] == 0 ? 0 : 1_900 + Int16(start[0])))
    case .boolean:
      guard start[0] <= 1 else { return false }
      builder.append(boolean: start[0] == 1)
    case .bitBoolean:
      let bits = TextBytes.bigEndian(start, size, &bad)
      guard bits <= 1 else { return false }
      builder.append(boolean: bits == 1)
    case .bitNumber: builder.append(TextBytes.bigEndian(start, size, &bad))
    case .decimal128:
      let value = PackedDecimal.decimal128(start, column.decimal, &bad)
      if bad == 0 { builder.append(value) }
    case .decimalText:
      text.removeAll(keepingCapacity: true)
      PackedDecimal.appendText(start, column.decimal, to: &text, &bad)
      if bad == 0 { append(text, to: &builder) }
    case .time: builder.append(text: PackedTime.time(start, digits: Int(column.fraction)))
    case .oldTime: builder.append(text: PackedTime.oldTime(start))
    case .oldDateTime:
      let value = PackedTime.oldDateTime(start, column, &bad)
      if bad == 0 { builder.append(value) }
    case .oldTimestamp:
      let value = PackedTime.oldTimestamp(start, column, &bad)
      if bad == 0 { builder.append(value) }
    case .encoded: charsets[Int(column.index)].append(start, size, to: &builder, scratch)
    case .padded: appendPadded(start, size, Int(column.width), to: &builder)
    case .enumeration:
      guard let name = members[Int(column.index)].member(Int(PackedTime.littleEndian(start, size))) else { return false }
      append(name, to: &builder)
    case .set:
      text.removeAll(keepingCapacity: true)
      guard members[Int(column.index)].appendSet(PackedTime.littleEndian(start, size), to: &text) else { return false }
      append(text, to: &builder)
    case .json:
      text.removeAll(keepingCapacity: true)
      guard BinaryJSON.render(UnsafeRawBufferPointer(start: start, count: size), to: &text) else { return false }
      append(text, to: &builder)
    case .uuid, .inet4, .inet6:
      guard let value = PackedAddress.text(start, size, column.operation) else { return false }
      builder.append(text: value)
    case .compressedText, .compressedBinary: return appendCompressed(start, size, column, to: &builder)
    default: return false
    }
    return bad == 0
  }

  /// Appends a JSON value of which only differences are told.
  func appendJSON(_ before: UnsafeRawBufferPointer, applying differences: UnsafeRawBufferPointer, to builder: inout ColumnBuilder) -> Bool {
    text.removeAll(keepingCapacity: true)
    guard JSONDifferences.render(before, applying: differences, to: &text) else { return false }
    append(text, to: &builder)
    return true
  }

  private func append(_ bytes: [UInt8], to builder: inout ColumnBuilder) {
    bytes.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { builder.append(bytes: base, count: bytes.count) } else { builder.append(text: "") }
    }
  }

  private func appendPadded(_ start: UnsafePointer<UInt8>, _ size: Int, _ width: Int, to builder: inout ColumnBuilder) {
    guard size < width else { return builder.append(bytes: start, count: size) }
    scratch.base.copyMemory(from: start, byteCount: size)
    (scratch.base + size).initializeMemory(as: UInt8.self, repeating: 0, count: width - size)
    builder.append(bytes: scratch.base.assumingMemoryBound(to: UInt8.self), count: width)
  }

  private func appendCompressed(_ start: UnsafePointer<UInt8>, _ size: Int, _ column: BinlogColumn, to builder: inout ColumnBuilder) -> Bool {
    guard let value = CompressedColumn.inflate(UnsafeBufferPointer(start: start, count: size), inflated) else { return false }
    defer { inflated.shrink(to: 4 << 20) }
    guard let base = value.baseAddress, !value.isEmpty else {
      builder.append(text: "")
      return true
    }
    if column.operation == .compressedText, column.index >= 0 {
      charsets[Int(column.index)].append(base, value.count, to: &builder, scratch)
      return true
    }
    guard column.operation == .compressedBinary || TextBytes.isUTF8(base, value.count) else { return false }
    builder.append(bytes: base, count: value.count)
    return true
  }
}
