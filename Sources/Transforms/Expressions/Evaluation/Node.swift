import SluiceCore

/// A part of an expression whose columns and types are known.
struct Node: Sendable {
  typealias Body = @Sendable (Frame, inout FailureLog) -> Vector

  let type: DataType
  let isNullable: Bool
  /// Whether it may fail for a row: then it is evaluated only for rows that need it.
  let canFail: Bool
  /// Whether it takes so long that rows which do not need it are better left out.
  let isCostly: Bool
  /// The columns that it reads.
  let inputs: Set<Int>
  let place: TextPlace
  /// Its one value, when it does not depend on the row.
  let constant: Column?
  /// What was written, when it is a literal that takes its type from where it stands: NULL or a text.
  let literal: Literal?
  let body: Body

  enum Literal: Sendable {
    case null
    case text(String)
  }

  init(
    _ type: DataType, isNullable: Bool, canFail: Bool = false, isCostly: Bool = false, inputs: Set<Int> = [], place: TextPlace,
    constant: Column? = nil,
    literal: Literal? = nil, body: @escaping Body
  ) {
    self.type = type
    self.isNullable = isNullable
    self.canFail = canFail
    self.isCostly = isCostly
    self.inputs = inputs
    self.place = place
    self.constant = constant
    self.literal = literal
    self.body = body
  }

  /// A node that gives `column`'s one value for every row.
  init(constant column: Column, place: TextPlace, literal: Literal? = nil) {
    self.init(column.type, isNullable: column.nullCount > 0, place: place, constant: column, literal: literal) { _, _ in Vector(constant: column) }
  }

  /// NULL of a type.
  static func null(_ type: DataType, place: TextPlace, literal: Literal? = nil) -> Node {
    Node(constant: .nulls(of: type, count: 1), place: place, literal: literal)
  }

  @inline(__always) func evaluate(_ frame: Frame, _ log: inout FailureLog) -> Vector { body(frame, &log) }

  var isNullLiteral: Bool { if case .null? = literal { true } else { false } }
  var isConstantNull: Bool { constant.map { $0.nullCount > 0 } ?? false }

  /// The same node, evaluated now when it depends on no row and does not fail.
  func folded() -> Node {
    guard inputs.isEmpty, constant == nil else { return self }
    var log = FailureLog()
    let value = body(.constant, &log).materialized(count: 1)
    return log.failures.isEmpty ? Node(constant: value, place: place) : self
  }

  /// The value for each row of `frame`, of which only the rows at `indexes` matter: the others hold anything.
  func evaluate(_ frame: Frame, onlyAt indexes: [Int32], _ log: inout FailureLog) -> Vector {
    let isWorthIt = canFail ? indexes.count < frame.rowCount : isCostly && indexes.count <= frame.rowCount / 2
    guard isWorthIt else { return evaluate(frame, &log) }
    guard !indexes.isEmpty else { return Vector(constant: .nulls(of: type, count: 1)) }
    let value = evaluate(frame.narrowed(to: indexes, for: self), &log)
    guard value.step == 1 else { return value }
    var positions = [Int32](repeating: 0, count: frame.rowCount)
    for (position, row) in indexes.enumerated() { positions[Int(row)] = Int32(position) }
    return Vector(value.column.taking(positions))
  }
}
