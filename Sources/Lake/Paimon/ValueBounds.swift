internal import SluiceCore
internal import SluiceFormats

/// Column statistics of a finished file in the form of manifests: only columns whose bounds are known, texts cut short.
struct ValueBounds {
  private static let textBytes = 16

  /// The columns that `bounds` is about.
  let names: [String]
  let bounds: ColumnBounds
  private let facts: [ParquetColumnFacts]

  init(_ facts: ParquetFileFacts, layout: DataFileLayout) {
    self.facts = Array(facts.columns.suffix(layout.types.count))
    var names: [String] = []
    var minimums: [Column] = []
    var maximums: [Column] = []
    var nulls: [Int64?] = []
    for (column, type) in zip(self.facts, layout.types) where Self.isBounded(type) {
      guard let (minimum, maximum) = Self.bounds(column, type: type, rowCount: facts.rowCount) else { continue }
      names.append(column.name)
      minimums.append(minimum)
      maximums.append(maximum)
      nulls.append(Int64(column.nullCount))
    }
    self.names = names
    bounds = ColumnBounds(minimum: BinaryRow(minimums, row: 0), maximum: BinaryRow(maximums, row: 0), nullCounts: nulls)
  }

  /// The bounds of the key columns, uncut; a bound that is not known is null.
  func keys(_ layout: DataFileLayout) -> ColumnBounds {
    let columns = layout.keys.map { facts[$0] }
    func row(_ bound: (ParquetColumnFacts) -> Column?) -> BinaryRow {
      BinaryRow(zip(columns, layout.keyTypes).map { bound($0) ?? Column.nulls(of: $1, count: 1) }, row: 0)
    }
    return ColumnBounds(minimum: row(\.minimum), maximum: row(\.maximum), nullCounts: columns.map { Int64($0.nullCount) })
  }

  private static func isBounded(_ type: DataType) -> Bool {
    switch type {
    case .binary, .time, .array, .map, .row: false
    default: true
    }
  }

  private static func bounds(_ column: ParquetColumnFacts, type: DataType, rowCount: Int) -> (Column, Column)? {
    if column.nullCount == rowCount { return (.nulls(of: type, count: 1), .nulls(of: type, count: 1)) }
    guard let minimum = column.minimum, let maximum = column.maximum else { return nil }
    guard type == .string else { return (minimum, maximum) }
    guard let upper = cut(maximum, isUpper: true), let lower = cut(minimum, isUpper: false) else { return nil }
    return (lower, upper)
  }

  /// A text of at most `textBytes` that bounds the one row of `column`; `nil` when there is none.
  private static func cut(_ column: Column, isUpper: Bool) -> Column? {
    let bytes = column.bytes(at: 0)
    if bytes.count <= textBytes { return column }
    var end = textBytes
    while end > 0 && bytes[end] & 0xc0 == 0x80 { end -= 1 }
    guard let prefix = String(validating: bytes[..<end], as: UTF8.self) else { return nil }
    var scalars = Array(prefix.unicodeScalars)
    if isUpper {
      // The next text of that length: the last character that has a successor is replaced by it.
      while let last = scalars.popLast() {
        guard let next = successor(of: last) else { continue }
        scalars.append(next)
        break
      }
      if scalars.isEmpty { return nil }
    }
    var builder = ColumnBuilder(type: .string, capacity: 1)
    builder.append(text: String(String.UnicodeScalarView(scalars)))
    return builder.finish()
  }

  private static func successor(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
    scalar.value == 0xd7ff ? Unicode.Scalar(0xe000) : Unicode.Scalar(scalar.value + 1)
  }
}
