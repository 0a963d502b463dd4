public import SluiceCore

/// An expression whose columns and types are known. A value without state; any number of threads may use it.
public struct BoundExpression: Sendable {
  private let node: Node

  init(_ node: Node) {
    self.node = node
  }

  public var type: DataType { node.type }
  /// Whether a row that does not fail may give NULL.
  public var isNullable: Bool { node.isNullable }
  /// Whether rows may fail at all.
  public var canFail: Bool { node.canFail }
  /// The positions of the columns that are read.
  public var inputs: [Int] { node.inputs.sorted() }
  /// Whether it gives the same value for every row.
  public var isConstant: Bool { node.constant != nil }

  /// The value for each row. `rows` has the columns that the expression was bound to.
  public func evaluate(_ rows: Batch) -> Evaluation {
    var log = FailureLog()
    let value = node.evaluate(Frame(rows), &log)
    let failures = log.firstOfEachRow
    return Evaluation(column: Self.withoutFailed(value.materialized(count: rows.rowCount), failures), failures: failures)
  }

  /// The rows for which a condition is TRUE.
  ///
  /// - Precondition: the type is boolean.
  public func select(_ rows: Batch) -> Selection {
    precondition(type == .boolean, "a condition is boolean, not \(type)")
    var log = FailureLog()
    let bits = BooleanBits(node.evaluate(Frame(rows), &log), rows: rows.rowCount)
    let failures = log.firstOfEachRow
    for failure in failures { bits.isTrue.octets[failure.row >> 3] &= ~(1 << UInt8(failure.row & 7)) }
    return Selection(rows: BooleanBits.rows(of: bits.isTrue, count: rows.rowCount), failures: failures)
  }

  /// `column` with NULL where a row failed: logic may have made something of a part that did.
  private static func withoutFailed(_ column: Column, _ failures: [RowFailure]) -> Column {
    guard failures.contains(where: { !column.isNull($0.row) }) else { return column }
    var nulls = NullBits.union([Vector(column)], rows: column.count)
    for failure in failures { nulls.setNull(failure.row) }
    // The bitmap begins at bit 0, and so must the values.
    let values = column.offset == 0 ? column : column.taking([Int32](0..<Int32(column.count)))
    return Column(
      type: column.type, count: column.count, nullCount: nulls.count, validity: nulls.buffer, values: values.values, bytes: values.bytes,
      children: values.children)
  }
}
