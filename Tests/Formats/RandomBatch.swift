import SluiceCore
import TestKit

/// Values that repeat with the seed, of any type.
struct RandomBatch {
  private var generator: SeededRandom
  /// Nulls in a hundred.
  let nullShare: Int

  init(seed: UInt64, nullShare: Int = 20) {
    generator = SeededRandom(seed: seed)
    self.nullShare = nullShare
  }

  mutating func batch(_ types: [DataType], rows: Int) -> Batch {
    Batch(columns: types.map { column($0, rows: rows) }, rowCount: rows)
  }

  mutating func column(_ type: DataType, rows: Int) -> Column {
    var builder = ColumnBuilder(type: type)
    for _ in 0..<rows { append(type, to: &builder) }
    return builder.finish()
  }

  private mutating func append(_ type: DataType, to builder: inout ColumnBuilder, isNullable: Bool = true) {
    if isNullable && Int.random(in: 0..<100, using: &generator) < nullShare { return builder.appendNull() }
    switch type {
    case .boolean: builder.append(boolean: Bool.random(using: &generator))
    case .int8, .uint8: builder.append(UInt8(truncatingIfNeeded: generator.next()))
    case .int16, .uint16: builder.append(UInt16(truncatingIfNeeded: generator.next()))
    case .int32, .uint32: builder.append(UInt32(truncatingIfNeeded: generator.next()))
    case .int64, .uint64: builder.append(generator.next())
    case .float32: builder.append(Float.random(in: -1e30...1e30, using: &generator))
    case .float64: builder.append(Double.random(in: -1e300...1e300, using: &generator))
    case .decimal(let precision, _):
      let limit = (0..<precision).reduce(Int128(1)) { power, _ in power * 10 } - 1
      builder.append(unscaled: Int128.random(in: -limit...limit, using: &generator))
    case .date: builder.append(Int32.random(in: -700_000...2_900_000, using: &generator))
    case .time(let precision):
      let micros = Int64.random(in: 0..<86_400_000_000, using: &generator)
      builder.append(precision <= 3 ? micros / 1000 * 1000 : micros)
    case .timestamp, .instant: builder.append(Int64.random(in: -4_000_000_000_000_000_000...4_000_000_000_000_000_000, using: &generator))
    case .string, .json: builder.append(text: text())
    case .binary:
      let bytes = (0..<Int.random(in: 0..<20, using: &generator)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      bytes.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress { builder.append(bytes: base, count: buffer.count) } else { builder.append(text: "") }
      }
    case .array(let element):
      for _ in 0..<Int.random(in: 0..<4, using: &generator) { append(element, to: &builder.children[0]) }
      builder.appendList()
    case .map(let key, let value):
      for _ in 0..<Int.random(in: 0..<4, using: &generator) {
        append(key, to: &builder.children[0].children[0], isNullable: false)
        append(value, to: &builder.children[0].children[1])
        builder.children[0].appendRow()
      }
      builder.appendList()
    case .row(let fields):
      for (index, field) in fields.enumerated() { append(field.type, to: &builder.children[index], isNullable: field.isNullable) }
      builder.appendRow()
    }
  }

  private mutating func text() -> String {
    let alphabet = Array("abcXYZ 0189_äß漢字🙂")
    return String((0..<Int.random(in: 0..<12, using: &generator)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
  }
}

/// A spelling of a column's values that tells unequal ones apart.
func spell(_ column: Column) -> [String] {
  (0..<column.count).map { spell(column, $0) }
}

private func spell(_ column: Column, _ row: Int) -> String {
  if column.isNull(row) { return "null" }
  switch column.type.layout {
  case .bits: return "\(column.boolean(row))"
  case .fixed(width: 1): return "\(column.fixed(as: UInt8.self)[row])"
  case .fixed(width: 2): return "\(column.fixed(as: UInt16.self)[row])"
  case .fixed(width: 4): return "\(column.fixed(as: UInt32.self)[row])"
  case .fixed(width: 8): return "\(column.fixed(as: UInt64.self)[row])"
  case .fixed: return "\(column.fixed(as: Int128.self)[row])"
  case .bytes: return "'" + column.bytes(at: row).map { String($0, radix: 16) }.joined(separator: " ") + "'"
  case .list:
    let offsets = column.offsets
    return "[" + (offsets[row]..<offsets[row + 1]).map { spell(column.children[0], Int($0)) }.joined(separator: ",") + "]"
  case .row: return "{" + column.children.map { spell($0, row) }.joined(separator: ",") + "}"
  }
}
