import SluiceCore

extension Binder {
  /// `node` as a value of `type`: a literal takes the type, a number or time is widened, JSON and text are each other's.
  func coerce(_ node: Node, to type: DataType) throws(ExpressionIssue) -> Node {
    if case .null? = node.literal { return .null(type, place: node.place) }
    if node.type == type { return node }
    if case .text? = node.literal, type != .string {
      let value = try castNode(node, to: type, isTry: false, node.place)
      guard value.constant != nil else { throw ExpressionIssue(node.place, "the text is no value of type \(type)\(Self.spelling(of: type))") }
      return value
    }
    if type == .boolean, let constant = node.constant, node.type == .int64, constant.nullCount == 0 {
      let value = constant.fixed(as: Int64.self)[0]
      if value == 0 || value == 1 { return Node(constant: .constant(boolean: value == 1), place: node.place) }
    }
    return try castNode(node, to: type, isTry: false, node.place)
  }

  /// The type that all of `nodes` can be values of: literals go with the others.
  func common(_ nodes: [Node], _ what: String, _ place: TextPlace) throws(ExpressionIssue) -> DataType {
    let typed = nodes.filter { $0.literal == nil }
    let wanted = typed.isEmpty ? nodes.filter { !$0.isNullLiteral } : typed
    guard var type = wanted.first?.type else { return .string }
    for node in wanted.dropFirst() {
      if type == .boolean, Self.isFlagLiteral(node) { continue }
      if node.type == .boolean, wanted.prefix(while: { $0.place != node.place }).allSatisfy(Self.isFlagLiteral) {
        type = .boolean
        continue
      }
      guard let wider = type.common(with: node.type) else {
        throw ExpressionIssue(node.place, "\(what) has values of type \(type) and \(node.type) side by side; CAST one of them")
      }
      type = wider
    }
    // A text literal beside texts is a text; beside anything else it must be a value of that type.
    return type
  }

  /// 0 and 1 may stand for FALSE and TRUE beside a boolean.
  private static func isFlagLiteral(_ node: Node) -> Bool {
    guard node.type == .int64, let constant = node.constant, constant.nullCount == 0 else { return false }
    return (0...1).contains(constant.fixed(as: Int64.self)[0])
  }

  /// How a value of `type` is written, for a message.
  static func spelling(of type: DataType) -> String {
    switch type {
    case .date: ": '2024-02-29'"
    case .time: ": '23:59:59.5'"
    case .timestamp: ": '2024-02-29 23:59:59.5'"
    case .instant: ": '2024-02-29 23:59:59.5Z', or with an offset like +02:00"
    case .boolean: ": 'true' or 'false'"
    default: ""
    }
  }

  func cast(_ value: Syntax, to type: DataType, isTry: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let node = try bind(value)
    if node.isNullLiteral { return .null(type, place: place) }
    if node.type == type { return node.literal == nil ? node : Node(constant: node.constant ?? .nulls(of: type, count: 1), place: place) }
    return try castNode(node, to: type, isTry: isTry, place)
  }

  func castNode(_ node: Node, to type: DataType, isTry: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    if node.type == type { return node }
    guard let cast = Cast(from: node.type, to: type) else {
      throw ExpressionIssue(place, "a value of type \(node.type) cannot be cast to \(type)\(Self.castAdvice(node.type, type))")
    }
    let kernel = cast.kernel
    guard isTry, cast.canFail else { return operation("CAST", type, [node], place, canFail: cast.canFail, kernel: kernel) }
    return operation("TRY_CAST", type, [node], place, isNullable: true) { call, vectors, log in
      // Failures of the cast are NULL; those of its argument stay failures.
      var ignored = FailureLog()
      return kernel(call, vectors, &ignored)
    }
  }

  private static func castAdvice(_ from: DataType, _ to: DataType) -> String {
    switch (from, to) {
    case (.timestamp, .int64), (.instant, .int64): "; see unix_timestamp and epoch_microseconds"
    case (.int64, .timestamp), (.int64, .instant): "; see from_unixtime"
    case (_, .json): "; see json_quote"
    default: ""
    }
  }
}
