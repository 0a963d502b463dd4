/// A row for which an expression has no value, and why. Holds no cell values.
public struct RowFailure: Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Error, Hashable, Sendable, CaseIterable {
    case divisionByZero = "division-by-zero"
    /// A number, a decimal or a time that its type cannot hold.
    case outOfRange = "out-of-range"
    /// A text that is no value of the type that it is cast to.
    case invalidText = "invalid-text"
    /// An argument for which the function is not defined.
    case invalidArgument = "invalid-argument"
    case invalidJSON = "invalid-json"
    /// A text of more bytes than a value may have.
    case tooLong = "too-long"
  }

  /// The row of the batch, from 0 on.
  public let row: Int
  public let reason: Reason
  /// The operator or function that failed, as the reference page names it.
  public let operation: String
  /// Where it stands in the expression.
  public let place: TextPlace

  public init(row: Int, reason: Reason, operation: String, place: TextPlace) {
    self.row = row
    self.reason = reason
    self.operation = operation
    self.place = place
  }

  public var description: String { "\(reason.rawValue) in \(operation) at \(place)" }
}

/// The failures of an evaluation, as they come.
struct FailureLog {
  private(set) var failures: [RowFailure] = []

  mutating func add(_ reason: RowFailure.Reason, row: Int, in call: Call) {
    failures.append(RowFailure(row: call.frame.origin(of: row), reason: reason, operation: call.site.operation, place: call.site.place))
  }

  /// The first failure of each row, in the order of the rows.
  var firstOfEachRow: [RowFailure] {
    guard failures.count > 1 else { return failures }
    let ordered = failures.enumerated().sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }.map(\.element)
    return ordered.indices.filter { $0 == 0 || ordered[$0].row != ordered[$0 - 1].row }.map { ordered[$0] }
  }
}
