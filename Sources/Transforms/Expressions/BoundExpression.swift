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
    let column = node.evaluate(Frame(rows), &log).materialized(count: rows.rowCount)
    return Evaluation(column: column, failures: log.firstOfEachRow)
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
}
