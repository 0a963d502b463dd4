internal import SluiceCore

/// One exported array: its buffer pointers, and what keeps the buffers alive.
final class ExportedNode {
  let count: Int
  let nullCount: Int
  let offset: Int
  let bufferCount: Int
  let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
  let children: [Column]
  private let owners: [Buffer?]

  init(count: Int, nullCount: Int, offset: Int, buffers: [UnsafeRawPointer?], children: [Column], owners: [Buffer?]) {
    self.count = count
    self.nullCount = nullCount
    self.offset = offset
    self.children = children
    self.owners = owners
    bufferCount = buffers.count
    self.buffers = .allocate(capacity: max(buffers.count, 1))
    for (index, buffer) in buffers.enumerated() { (self.buffers + index).initialize(to: buffer) }
  }

  convenience init(_ column: Column) {
    var values = column.values
    var validity = column.validity
    var offset = column.offset
    var buffers: [UnsafeRawPointer?] = []
    switch column.type.layout {
    case .row:
      // The children of a sliced row type start at its first row already, so its own offset must go.
      if let bits = validity, offset != 0 { validity = BitRun.copy(bits, from: offset, count: column.count) }
      offset = 0
      buffers = [validity.map { UnsafeRawPointer($0.base) }]
    case .fixed where column.type.isMillisecondTime:
      if let bits = validity, offset != 0 { validity = BitRun.copy(bits, from: offset, count: column.count) }
      offset = 0
      let milliseconds = Self.milliseconds(of: column)
      values = milliseconds
      buffers = [validity.map { UnsafeRawPointer($0.base) }, UnsafeRawPointer(milliseconds.base)]
    case .bits, .fixed, .list:
      buffers = [validity.map { UnsafeRawPointer($0.base) }, values.map { UnsafeRawPointer($0.base) }]
    case .bytes:
      buffers = [
        validity.map { UnsafeRawPointer($0.base) }, values.map { UnsafeRawPointer($0.base) }, column.bytes.map { UnsafeRawPointer($0.base) },
      ]
    }
    self.init(
      count: column.count, nullCount: column.nullCount, offset: offset, buffers: buffers, children: column.children,
      owners: [validity, values, column.bytes])
  }

  deinit {
    buffers.deinitialize(count: bufferCount)
    buffers.deallocate()
  }

  private static func milliseconds(of column: Column) -> Buffer {
    let converted = Buffer.allocated(byteCount: column.count * 4)
    let target = converted.base.assumingMemoryBound(to: Int32.self)
    guard column.count > 0 else { return converted }
    let source = column.fixed(as: Int64.self)
    for row in 0..<column.count { target[row] = Int32(truncatingIfNeeded: source[row] / 1000) }
    return converted
  }
}
