import SluiceCore

/// A CAST of whole columns from one type to another.
struct ColumnCast: ColumnRewrite {
  let type: DataType
  /// `nil` for a change of nothing, or of the width alone.
  private let cast: BoundExpression?
  private let nullsMisfits: Bool
  let keepsDifferences: Bool

  var makesNulls: Bool { nullsMisfits && cast?.canFail == true }

  /// `nil` when there is no such cast. With `nullsMisfits`, values that do not fit become NULL.
  init?(from source: DataType, to target: DataType, nullsMisfits: Bool = false) {
    type = target
    self.nullsMisfits = nullsMisfits
    keepsDifferences = source.canWiden(to: target)
    if Column.canConvert(source, to: target), target != .json {
      cast = nil
      return
    }
    let column = ColumnDefinition(name: "value", type: source, nativeType: "", isNullable: true)
    guard let bound = try? Expression(parsing: "CAST(value AS \(target))").bound(to: [column]) else { return nil }
    cast = bound
  }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    guard let cast else { return column.converted(to: type) }
    let values = cast.evaluate(Batch(columns: [column], rowCount: column.count))
    if !nullsMisfits { failures.add(values.failures, column: name) }
    return values.column
  }
}

/// The texts of columns of any type that has a text.
struct TextOfColumn: Sendable {
  private let cast: ColumnCast?

  /// `nil` for types without a text. With `allowsBinary`, bytes are taken as they are.
  init?(_ type: DataType, allowsBinary: Bool = false) {
    switch type {
    case .string, .json: cast = nil
    case .binary:
      guard allowsBinary else { return nil }
      cast = nil
    case .array, .map, .row: return nil
    default:
      guard let cast = ColumnCast(from: type, to: .string) else { return nil }
      self.cast = cast
    }
  }

  /// A column of texts with the NULLs of `column`.
  func texts(of column: Column) throws -> Column {
    guard let cast else { return column.relabelled(.string) }
    var failures = CellFailures()
    return try cast.apply(column, name: "", failures: &failures)
  }
}

/// One value, for any number of rows.
struct ConstantValue: Sendable {
  private let value: Column

  /// The value that `text` is of `type`; `nil` when it is none.
  init?(_ text: String, of type: DataType) {
    guard let cast = ColumnCast(from: .string, to: type) else { return nil }
    var failures = CellFailures()
    guard let value = try? cast.apply(.repeating(text, count: 1), name: "", failures: &failures), failures.isEmpty else { return nil }
    self.value = value
  }

  func column(count: Int) -> Column {
    value.taking([Int32](repeating: 0, count: count))
  }

  /// The column with this value in place of NULL.
  func filling(_ column: Column) -> Column {
    guard column.nullCount > 0 else { return column }
    // Row `n` of the column is row `n`, the value comes after them.
    let both = Column.concatenating([column, value])
    return both.taking((0..<column.count).map { Int32(column.isNull($0) ? column.count : $0) })
  }
}
