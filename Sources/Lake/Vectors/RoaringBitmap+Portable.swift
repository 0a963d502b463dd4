internal import SluiceCore

/// The portable form of Roaring bitmaps, as deletion vectors hold them.
extension RoaringBitmap {
  private static let magic32: UInt32 = 1_581_511_376
  private static let magic64: UInt32 = 1_681_511_377
  private static let cookieWithRuns: UInt32 = 12347
  private static let cookie: UInt32 = 12346
  /// Fewer containers than this have no offsets when there are runs.
  private static let offsetThreshold = 4

  /// A vector of the 32-bit kind, its magic number in front.
  var vector: [UInt8] {
    withUnsafeBytes(of: Self.magic32.bigEndian, Array.init) + portable
  }

  /// The rows of a vector that starts with its magic number. Throws `target-damaged`.
  init(vector bytes: [UInt8]) throws {
    var reader = ByteReader(bytes)
    let magic = try reader.uint32()
    if magic.byteSwapped == Self.magic32 {
      self = try Self.bitmap(&reader)
      return
    }
    guard magic == Self.magic64 else { throw ByteReader.damaged("an unknown kind of deletion vector") }
    self.init()
    for _ in 0..<(try reader.uint64()) {
      guard try reader.uint32() == 0 else { throw ByteReader.damaged("a deletion vector of rows beyond 2^32") }
      formUnion(try Self.bitmap(&reader))
    }
  }

  /// Without a magic number.
  init(portable bytes: [UInt8]) throws {
    var reader = ByteReader(bytes)
    self = try Self.bitmap(&reader)
  }

  /// Each container in its shortest form.
  var portable: [UInt8] {
    var out: [UInt8] = []
    func append<Value: FixedWidthInteger>(_ value: Value) { withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) } }
    let runs = containers.map(\.shorterRuns)
    let hasRuns = runs.contains { $0 != nil }
    if hasRuns {
      append(Self.cookieWithRuns | UInt32(containers.count - 1) << 16)
      var flags = [UInt8](repeating: 0, count: (containers.count + 7) / 8)
      for (index, run) in runs.enumerated() where run != nil { flags[index >> 3] |= 1 << UInt8(index & 7) }
      out += flags
    } else {
      append(Self.cookie)
      append(UInt32(containers.count))
    }
    for container in containers {
      append(container.high)
      append(UInt16(container.count - 1))
    }
    if !hasRuns || containers.count >= Self.offsetThreshold {
      var offset = out.count + 4 * containers.count
      for (container, runs) in zip(containers, runs) {
        append(UInt32(offset))
        offset += container.portableBytes(runs)
      }
    }
    for (container, runs) in zip(containers, runs) {
      if let runs {
        append(UInt16(runs.count))
        for run in runs {
          append(run.first)
          append(run.more)
        }
      } else if container.words.isEmpty {
        for low in container.list { append(low) }
      } else {
        for word in container.words { append(word) }
      }
    }
    return out
  }

  private static func bitmap(_ reader: inout ByteReader) throws -> RoaringBitmap {
    let first = try reader.uint32()
    var runs: [UInt8] = []
    let count: Int
    if first & 0xffff == cookieWithRuns {
      count = Int(first >> 16) + 1
      runs = try reader.bytes((count + 7) / 8)
    } else {
      guard first == cookie else { throw ByteReader.damaged("a deletion vector that is no Roaring bitmap") }
      count = Int(try reader.uint32())
    }
    guard count <= 1 << 16 else { throw ByteReader.damaged("a Roaring bitmap of \(count) containers") }
    var heads: [(high: UInt16, count: Int)] = []
    for _ in 0..<count {
      let head = (high: try reader.uint16(), count: Int(try reader.uint16()) + 1)
      if let last = heads.last, last.high >= head.high { throw ByteReader.damaged("a Roaring bitmap whose containers do not ascend") }
      heads.append(head)
    }
    // Offsets of containers, which follow in order anyway.
    if runs.isEmpty || count >= offsetThreshold { _ = try reader.bytes(4 * count) }
    return RoaringBitmap(
      containers: try heads.enumerated().map { index, head in
        let isRuns = !runs.isEmpty && runs[index >> 3] & (1 << UInt8(index & 7)) != 0
        return try isRuns ? self.runs(of: head.high, &reader) : plain(head.high, count: head.count, &reader)
      })
  }

  private static func runs(of high: UInt16, _ reader: inout ByteReader) throws -> Container {
    var words = [UInt64](repeating: 0, count: Container.wordCount)
    for _ in 0..<(try reader.uint16()) {
      let low = Int(try reader.uint16())
      let last = low + Int(try reader.uint16())
      guard last <= 0xffff else { throw ByteReader.damaged("a Roaring bitmap whose run ends outside of its container") }
      for row in low...last { words[row >> 6] |= 1 << UInt64(row & 63) }
    }
    let container = Container(high: high, words: words)
    guard container.count > 0 else { throw ByteReader.damaged("a Roaring bitmap with an empty container") }
    return container
  }

  private static func plain(_ high: UInt16, count: Int, _ reader: inout ByteReader) throws -> Container {
    if count > Container.mostListed {
      var words: [UInt64] = []
      words.reserveCapacity(Container.wordCount)
      for _ in 0..<Container.wordCount { words.append(try reader.uint64()) }
      let container = Container(high: high, words: words)
      guard container.count == count else { throw ByteReader.damaged("a Roaring bitmap whose count is not that of its bits") }
      return container
    }
    var list: [UInt16] = []
    list.reserveCapacity(count)
    for _ in 0..<count {
      let low = try reader.uint16()
      if let last = list.last, last >= low { throw ByteReader.damaged("a Roaring bitmap whose rows do not ascend") }
      list.append(low)
    }
    return Container(high: high, list: list)
  }
}

extension RoaringBitmap.Container {
  /// The runs when they take fewer bytes than the rows.
  fileprivate var shorterRuns: [(first: UInt16, more: UInt16)]? {
    let runs = runs
    return 2 + 4 * runs.count < portableBytes(nil) ? runs : nil
  }

  fileprivate func portableBytes(_ runs: [(first: UInt16, more: UInt16)]?) -> Int {
    if let runs { return 2 + 4 * runs.count }
    return words.isEmpty ? 2 * count : 8 * Self.wordCount
  }
}

/// Reads little-endian numbers; the end comes as `target-damaged`.
struct ByteReader {
  private let content: [UInt8]
  private(set) var position = 0

  init(_ content: [UInt8]) {
    self.content = content
  }

  mutating func bytes(_ count: Int) throws -> [UInt8] {
    guard count >= 0, count <= content.count - position else { throw Self.damaged("a deletion vector ends early") }
    defer { position += count }
    return Array(content[position..<(position + count)])
  }

  mutating func uint16() throws -> UInt16 { try number() }
  mutating func uint32() throws -> UInt32 { try number() }
  mutating func uint64() throws -> UInt64 { try number() }

  private mutating func number<Value: FixedWidthInteger & BitwiseCopyable>() throws -> Value {
    let size = MemoryLayout<Value>.size
    guard size <= content.count - position else { throw Self.damaged("a deletion vector ends early") }
    defer { position += size }
    return content.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self)) }
  }

  static func damaged(_ what: String) -> SluiceError { SluiceError(.targetDamaged, what) }
}
