extension Column {
  /// The rows of `columns`, which have one type, one after the other. O(bytes).
  public static func concatenating(_ columns: [Column]) -> Column {
    guard let first = columns.first, columns.count > 1 else {
      return columns.first ?? Column(type: .binary, count: 0, nullCount: 0, validity: nil, values: nil)
    }
    assert(columns.allSatisfy { $0.type == first.type })
    let count = columns.reduce(0) { $0 + $1.count }
    let nullCount = columns.reduce(0) { $0 + $1.nullCount }
    var values: Buffer?
    var bytes: Buffer?
    var children: [Column] = []
    switch first.type.layout {
    case .bits: values = joinBits(columns, count: count) { $0.boolean($1) }
    case .fixed(let width):
      let joined = Buffer.uninitialized(byteCount: count * width)
      var at = joined.base
      for column in columns {
        guard let source = column.values else { continue }
        at.copyMemory(from: source.base + column.offset * width, byteCount: column.count * width)
        at += column.count * width
      }
      values = joined
    case .bytes:
      let total = columns.reduce(0) { $0 + Int($1.offsets[$1.count] - $1.offsets[0]) }
      let joined = Buffer.uninitialized(byteCount: total)
      var at = joined.base
      for column in columns {
        let start = Int(column.offsets[0])
        let length = Int(column.offsets[column.count]) - start
        at.copyMemory(from: column.bytesBase + start, byteCount: length)
        at += length
      }
      values = joinOffsets(columns, count: count)
      bytes = joined
    case .list:
      values = joinOffsets(columns, count: count)
      children = [
        concatenating(
          columns.map { column in
            let start = Int(column.offsets[0])
            return column.children[0].slice(from: start, count: Int(column.offsets[column.count]) - start)
          })
      ]
    case .row:
      children = first.children.indices.map { index in concatenating(columns.map { $0.children[index] }) }
    }
    let validity = nullCount == 0 ? nil : joinBits(columns, count: count) { !$0.isNull($1) }
    return Column(type: first.type, count: count, nullCount: nullCount, validity: validity, values: values, bytes: bytes, children: children)
  }

  private static func joinBits(_ columns: [Column], count: Int, _ bit: (Column, Int) -> Bool) -> Buffer {
    let joined = Buffer.zeroed(byteCount: (count + 7) / 8)
    let bits = joined.base.assumingMemoryBound(to: UInt8.self)
    var at = 0
    for column in columns {
      for row in 0..<column.count {
        if bit(column, row) { bits[at >> 3] |= 1 << UInt8(at & 7) }
        at += 1
      }
    }
    return joined
  }

  private static func joinOffsets(_ columns: [Column], count: Int) -> Buffer {
    let joined = Buffer.uninitialized(byteCount: (count + 1) * 4)
    let target = joined.base.assumingMemoryBound(to: Int32.self)
    target[0] = 0
    var at = 0
    for column in columns {
      let source = column.offsets
      let shift = target[at] - source[0]
      for row in 0..<column.count { target[at + row + 1] = source[row + 1] + shift }
      at += column.count
    }
    return joined
  }
}
