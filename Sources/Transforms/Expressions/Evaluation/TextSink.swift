import SluiceCore

/// Collects texts, a row after the other; what is appended belongs to the row until `finishRow`.
struct TextSink: ~Copyable {
  /// The longest text that an expression may make, and the most that it may make of one batch.
  static let maxValue = 64 << 20
  static let maxTotal = 512 << 20

  private let offsets: Buffer
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var used = 0
  private var rowStart = 0
  private var row = 0
  /// Whether the row asked for more than a value may have.
  private(set) var isTooLong = false

  init(rows: Int, expecting byteCount: Int) {
    offsets = .room((rows + 1) * 4)
    offsets.base.storeBytes(of: 0, as: Int32.self)
    capacity = max(byteCount, 64)
    bytes = .allocate(capacity: capacity)
  }

  deinit { bytes.deallocate() }

  /// Bytes of the row so far.
  var rowBytes: Int { used - rowStart }

  @inline(__always) mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    guard let base = text.baseAddress, reserve(text.count) else { return }
    (bytes + used).update(from: base, count: text.count)
    used &+= text.count
  }

  @inline(__always) mutating func append(_ byte: UInt8) {
    guard reserve(1) else { return }
    bytes[used] = byte
    used &+= 1
  }

  mutating func append(_ text: [UInt8]) {
    text.withUnsafeBufferPointer { append($0) }
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  /// Makes room for `count` more bytes; `false`, with `isTooLong`, when the row may not have them.
  @inline(__always) mutating func reserve(_ count: Int) -> Bool {
    used &+ count <= capacity ? true : grow(count)
  }

  @inline(never) private mutating func grow(_ count: Int) -> Bool {
    guard used - rowStart + count <= Self.maxValue, used + count <= Self.maxTotal else {
      isTooLong = true
      return false
    }
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: max(capacity * 2, used + count))
    grown.update(from: bytes, count: used)
    bytes.deallocate()
    bytes = grown
    capacity = max(capacity * 2, used + count)
    return true
  }

  /// The row's bytes, to be changed in place.
  mutating func withRow(_ change: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    change(UnsafeMutableBufferPointer(start: bytes + rowStart, count: used - rowStart))
  }

  /// Takes back what was appended to the row.
  mutating func discardRow() {
    used = rowStart
    isTooLong = false
  }

  @inline(__always) mutating func finishRow() {
    row &+= 1
    offsets.base.storeBytes(of: Int32(truncatingIfNeeded: used), toByteOffset: row &* 4, as: Int32.self)
    rowStart = used
  }

  consuming func finish(_ type: DataType, _ nulls: NullBits) -> Column {
    let made = Buffer(adopting: UnsafeMutableRawPointer(bytes), byteCount: used)
    bytes = .allocate(capacity: 1)
    return Column(type: type, count: row, nullCount: nulls.count, validity: nulls.buffer, values: offsets, bytes: made)
  }
}
