/// Collects the values of one column. Owns its memory; `finish` turns it into a `Column` without a copy.
///
/// A value is appended with the method that fits the type's layout; appending another kind is a defect of the
/// caller and is caught in debug builds only. Growth doubles, so appending is O(1) amortised.
public struct ColumnBuilder: ~Copyable {
  public let type: DataType
  @usableFromInline let layout: ColumnLayout
  /// Bytes a row in `values`: the value's width, or 4 for an offset. 0 for bits and rows.
  @usableFromInline let width: Int
  /// Rows appended so far.
  @inlinable public var count: Int { rowTotal }
  @usableFromInline var rowTotal = 0
  public internal(set) var nullCount = 0
  @usableFromInline var capacity = 0
  @usableFromInline var values: UnsafeMutableRawPointer
  /// Exists from the first null on; bits of rows before it are set.
  @usableFromInline var validity: UnsafeMutablePointer<UInt8>?
  @usableFromInline var bytes: UnsafeMutablePointer<UInt8>?
  @usableFromInline var byteCount = 0
  @usableFromInline var byteCapacity = 0
  /// Builders of the child columns of a list or row; append to them first, then call `appendList` or `appendRow`.
  public let children: UnsafeMutableBufferPointer<ColumnBuilder>

  public init(type: DataType, capacity: Int = 1024) {
    self.type = type
    layout = type.layout
    switch layout {
    case .fixed(let width): self.width = width
    case .bytes, .list: width = 4
    case .bits, .row: width = 0
    }
    let childTypes = type.childTypes
    children = .allocate(capacity: childTypes.count)
    for (index, type) in childTypes.enumerated() {
      (children.baseAddress.unsafelyUnwrapped + index).initialize(to: ColumnBuilder(type: type, capacity: capacity))
    }
    values = .allocate(byteCount: 16, alignment: 16)
    reset(capacity: capacity)
  }

  deinit {
    values.deallocate()
    validity?.deallocate()
    bytes?.deallocate()
    children.deinitialize()
    children.deallocate()
  }

  /// Bytes that are held, used or not.
  public var reservedBytes: Int { valueBytes(capacity) + byteCapacity }

  /// Bytes that the appended values take.
  public var usedBytes: Int { valueBytes(count) + byteCount }

  private mutating func reset(capacity: Int) {
    rowTotal = 0
    nullCount = 0
    self.capacity = max(capacity, 8)
    values.deallocate()
    values = .allocate(byteCount: valueBytes(self.capacity), alignment: 16)
    if layout == .bytes || layout == .list { values.storeBytes(of: 0, as: Int32.self) }
    validity?.deallocate()
    validity = nil
    byteCount = 0
    if layout == .bytes {
      if byteCapacity == 0 { byteCapacity = self.capacity * 8 }
      bytes?.deallocate()
      bytes = .allocate(capacity: byteCapacity)
    }
  }

  func valueBytes(_ rows: Int) -> Int {
    layout == .bits ? (rows + 7) / 8 : (rows + 1) * width
  }

  @inlinable @inline(__always) mutating func ensureRoom() {
    if count == capacity { grow() }
  }

  @usableFromInline @inline(never) mutating func grow() {
    let newCapacity = capacity * 2
    let grown = UnsafeMutableRawPointer.allocate(byteCount: valueBytes(newCapacity), alignment: 16)
    grown.copyMemory(from: values, byteCount: valueBytes(count))
    values.deallocate()
    values = grown
    if let old = validity {
      validity = .allocate(capacity: newCapacity / 8 + 1)
      validity?.initialize(from: old, count: count / 8 + 1)
      old.deallocate()
    }
    capacity = newCapacity
  }

  /// Makes room for `extra` more bytes of a `.bytes` layout.
  @usableFromInline @inline(never) mutating func growBytes(_ extra: Int) {
    let newCapacity = max(byteCapacity * 2, byteCount + extra)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
    if let old = bytes {
      grown.initialize(from: old, count: byteCount)
      old.deallocate()
    }
    bytes = grown
    byteCapacity = newCapacity
  }

  /// Hands the values over as a column and starts anew with room for as many.
  public mutating func finish() -> Column {
    let childColumns = children.indices.map { children[$0].finish() }
    let column = Column(
      type: type, count: count, nullCount: nullCount,
      validity: validity.map { Buffer(adopting: UnsafeMutableRawPointer($0), byteCount: (count + 7) / 8) },
      values: layout == .row ? nil : Buffer(adopting: values, byteCount: valueBytes(count)),
      bytes: bytes.map { Buffer(adopting: UnsafeMutableRawPointer($0), byteCount: byteCount) },
      children: childColumns)
    if layout != .row { values = .allocate(byteCount: 16, alignment: 16) }
    validity = nil
    bytes = nil
    byteCapacity = byteCount + byteCount / 4
    reset(capacity: max(count, 8))
    return column
  }
}
