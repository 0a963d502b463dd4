internal import SluiceCore

/// Makes `_SEQUENCE_NUMBER` and `_VALUE_KIND` of a batch. Columns of one repeated value are made once and sliced.
struct SystemColumns {
  private var constantSequence: (value: Int64, column: Column)?
  private var inserts: Column?

  mutating func columns(for changes: ChangeBatch) -> [Column] {
    [sequence(of: changes), kinds(of: changes)]
  }

  private mutating func sequence(of changes: ChangeBatch) -> Column {
    let count = changes.rowCount
    switch changes.sequence {
    case .each(let numbers): return Self.column(.int64, of: numbers)
    case .constant(let value):
      if let constantSequence, constantSequence.value == value, constantSequence.column.count >= count {
        return constantSequence.column.slice(from: 0, count: count)
      }
      let column = Self.column(.int64, of: [Int64](repeating: value, count: count))
      constantSequence = (value, column)
      return column
    }
  }

  private mutating func kinds(of changes: ChangeBatch) -> Column {
    let count = changes.rowCount
    if case .each(let kinds) = changes.kinds { return Self.column(.int8, of: kinds) }
    if let inserts, inserts.count >= count { return inserts.slice(from: 0, count: count) }
    let column = Self.column(.int8, of: [UInt8](repeating: RowKind.insert.rawValue, count: count))
    inserts = column
    return column
  }

  private static func column<Value: BitwiseCopyable>(_ type: DataType, of values: [Value]) -> Column {
    let byteCount = values.count * MemoryLayout<Value>.size
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: 16)
    values.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { base.copyMemory(from: source, byteCount: byteCount) }
    }
    return Column(type: type, count: values.count, nullCount: 0, validity: nil, values: Buffer(adopting: base, byteCount: byteCount))
  }
}
