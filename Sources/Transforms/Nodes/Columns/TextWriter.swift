import SluiceCore

/// Collects the texts of a column that is made of another of as many rows, whose NULLs it shares.
struct TextWriter: ~Copyable {
  /// The longest text that a node may make, and the most of one batch.
  private static let largestValue = 16 << 20
  private static let largestTotal = 1 << 30

  private let source: Column
  private let offsets: UnsafeMutablePointer<Int32>
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var used = 0
  private var start = 0
  private var row = 0
  private var isFinished = false

  /// `expecting` is a guess at the bytes.
  init(for source: Column, expecting: Int) {
    self.source = source
    // The rows before the source's first are kept, so that the bits of its NULLs can be shared.
    offsets = .allocate(capacity: source.offset + source.count + 1)
    offsets.initialize(repeating: 0, count: source.offset + source.count + 1)
    capacity = max(expecting, 64)
    bytes = .allocate(capacity: capacity)
  }

  deinit {
    if isFinished { return }
    offsets.deallocate()
    bytes.deallocate()
  }

  /// Where at least `count` more bytes can be written; `nil` when the value or the column would become too long. See `advance`.
  @inline(__always) mutating func room(_ count: Int) -> UnsafeMutablePointer<UInt8>? {
    if used &+ count > capacity, !grow(count) { return nil }
    return bytes + used
  }

  /// Takes `count` bytes that were written at `room` into the value.
  @inline(__always) mutating func advance(_ count: Int) {
    used &+= count
  }

  /// Whether there was room.
  @inline(__always) mutating func append(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard let target = room(count) else { return false }
    UnsafeMutableRawPointer(target).copyMemory(from: text, byteCount: count)
    used &+= count
    return true
  }

  @inline(__always) mutating func append(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { text in text.baseAddress.map { append($0, text.count) } ?? true }
  }

  /// Takes back what was written to the value.
  mutating func discard() {
    used = start
  }

  @inline(__always) mutating func finishValue() {
    row &+= 1
    offsets[source.offset &+ row] = Int32(truncatingIfNeeded: used)
    start = used
  }

  private mutating func grow(_ count: Int) -> Bool {
    guard used - start + count <= Self.largestValue, used + count <= Self.largestTotal else { return false }
    let larger = max(capacity * 2, used + count)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    grown.initialize(from: bytes, count: used)
    bytes.deallocate()
    bytes = grown
    capacity = larger
    return true
  }

  /// The column; one value must have been finished for each row of the source.
  consuming func finish(_ type: DataType) -> Column {
    isFinished = true
    return Column(
      type: type, count: source.count, nullCount: source.nullCount, offset: source.offset, validity: source.validity,
      values: Buffer(adopting: UnsafeMutableRawPointer(offsets), byteCount: (source.offset + source.count + 1) * 4),
      bytes: Buffer(adopting: UnsafeMutableRawPointer(bytes), byteCount: used))
  }
}

extension Column {
  /// The column's texts, one after the other: for loops over all of them. `body` gets the row and its bytes; a NULL has whatever lies there.
  @inline(__always)
  func forEachText(_ body: (Int, UnsafePointer<UInt8>, Int) -> Void) {
    guard count > 0 else { return }
    let offsets = offsets
    // A column in which no byte was ever stored may have no buffer; every text is empty then, and the address is never read.
    let base =
      bytes.map { UnsafePointer($0.base.assumingMemoryBound(to: UInt8.self)) } ?? UnsafeRawPointer(offsets).assumingMemoryBound(to: UInt8.self)
    for row in 0..<count {
      let start = Int(offsets[row])
      body(row, base + start, Int(offsets[row &+ 1]) &- start)
    }
  }

  /// Bytes of all texts.
  var textByteCount: Int { count == 0 ? 0 : Int(offsets[count] - offsets[0]) }
}
