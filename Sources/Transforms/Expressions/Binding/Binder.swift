import SluiceCore

/// Gives the parts of an expression their columns and types.
struct Binder {
  let columns: [ColumnDefinition]
  private let exact: [String: Int]
  /// By the name in lower case; -1 where several columns share it.
  private let folded: [String: Int]

  init(columns: [ColumnDefinition]) {
    self.columns = columns
    exact = Dictionary(columns.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    folded = Dictionary(columns.enumerated().map { ($0.element.name.lowercased(), $0.offset) }, uniquingKeysWith: { _, _ in -1 })
  }

  func bind(_ syntax: Syntax) throws(ExpressionIssue) -> Node {
    let place = syntax.place
    switch syntax.kind {
    case .null: return .null(.string, place: place, literal: .null)
    case .boolean(let value): return Node(constant: .constant(boolean: value), place: place)
    case .integer(let value): return Node(constant: .constant(integer: value), place: place)
    case .decimal(let unscaled, let precision, let scale):
      return Node(constant: .constant(unscaled: unscaled, .decimal(precision: precision, scale: scale)), place: place)
    case .float(let value): return Node(constant: .constant(value, .float64), place: place)
    case .text(let text): return Node(constant: .constant(text: text), place: place, literal: .text(text))
    case .bytes(let bytes): return Node(constant: .constant(bytes: bytes), place: place)
    case .literal(let text, let type): return try typedLiteral(text, type, place)
    case .column(let name): return try column(name, place)
    case .negate(let part): return try negate(part, place)
    case .not(let part): return LogicKernels.not(try condition(part, "NOT"), place: place)
    case .and(let parts): return try logic(parts, isAnd: true, place)
    case .or(let parts): return try logic(parts, isAnd: false, place)
    case .test(let part, let test, let isNegated): return try self.test(part, test, isNegated, place)
    case .arithmetic(let operation, let left, let right): return try arithmetic(operation, left, right, place)
    case .comparison(let operation, let left, let right): return try compare(operation, try bind(left), try bind(right), place)
    case .concatenation(let parts): return try call("concat", parts, place, shown: "||")
    case .member(let value, let members, let isNegated): return try member(value, members, isNegated, place)
    case .between(let value, let low, let high, let isNegated): return try between(value, low, high, isNegated, place)
    case .like(let value, let pattern, let escape, let ignoresCase, let isNegated):
      let like = try self.like(value, pattern, escape, ignoresCase: ignoresCase, place)
      return isNegated ? LogicKernels.not(like, place: place) : like
    case .regexp(let value, let pattern, let isNegated):
      let found = try call("regexp_like", [value, pattern], place, shown: "REGEXP")
      return isNegated ? LogicKernels.not(found, place: place) : found
    case .choice(let operand, let branches, let otherwise): return try choice(operand, branches, otherwise, place)
    case .cast(let value, let type, let isTry): return try cast(value, to: type, isTry: isTry, place)
    case .interval: throw ExpressionIssue(place, "an interval is added to or taken from a date or time: created + INTERVAL 1 DAY")
    case .call(let name, let arguments): return try call(name, arguments, place)
    case .unitCall(let name, let unit, let arguments): return try unitCall(name, unit, arguments, place)
    case .timeZone(let value, let zone): return try call("at_time_zone", [value, zone], place, shown: "AT TIME ZONE")
    }
  }

  private func column(_ name: String, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    guard let index = exact[name] ?? folded[name.lowercased()] else {
      throw ExpressionIssue(place, "there is no column \"\(name)\"" + ExpressionIssue.suggestion(name, among: columns.map(\.name)))
    }
    guard index >= 0 else { throw ExpressionIssue(place, "\"\(name)\" is several columns that differ in case; spell it as the table does") }
    let definition = columns[index]
    return Node(definition.type, isNullable: definition.isNullable, inputs: [index], place: place) { frame, _ in Vector(frame.columns[index]) }
  }

  /// `DATE '…'` and its like.
  private func typedLiteral(_ text: String, _ name: String, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let fraction = text.lastIndex(of: ".").map { text[text.index(after: $0)...].prefix { $0.isNumber }.count } ?? 0
    let type: DataType =
      switch name {
      case "DATE": .date
      case "TIME": .time(precision: min(fraction, 6))
      case "TIMESTAMP": .timestamp(precision: min(fraction, 9))
      default: .instant(precision: min(fraction, 9))
      }
    return try coerce(Node(constant: .constant(text: text), place: place, literal: .text(text)), to: type)
  }

  /// A part that must be a condition.
  func condition(_ syntax: Syntax, _ what: String) throws(ExpressionIssue) -> Node {
    let node = try bind(syntax)
    if node.isNullLiteral { return .null(.boolean, place: node.place) }
    guard node.type == .boolean else {
      throw ExpressionIssue(
        node.place, "\(what) needs a condition, found a value of type \(node.type)" + (node.type.isNumeric ? "; compare it: … <> 0" : ""))
    }
    return node
  }

  // MARK: - Operations

  /// A node that evaluates `arguments` and gives them to `kernel`. A strict one is NULL where an argument is.
  func operation(
    _ name: String, _ type: DataType, _ arguments: [Node], _ place: TextPlace, canFail: Bool = false, isStrict: Bool = true,
    isNullable: Bool? = nil, isCostly: Bool = false, kernel: @escaping Kernel
  ) -> Node {
    if isStrict, arguments.contains(where: \.isConstantNull) { return .null(type, place: place) }
    let site = Site(operation: name, place: place)
    return Node(
      type, isNullable: isNullable ?? arguments.contains { $0.isNullable }, canFail: canFail || arguments.contains { $0.canFail },
      isCostly: isCostly || arguments.contains { $0.isCostly },
      inputs: arguments.reduce(into: []) { $0.formUnion($1.inputs) }, place: place
    ) { frame, log in
      var vectors: [Vector] = []
      vectors.reserveCapacity(arguments.count)
      for argument in arguments { vectors.append(argument.evaluate(frame, &log)) }
      return kernel(Call(frame: frame, site: site, type: type), vectors, &log)
    }.folded()
  }
}

/// Makes the result of an operation of its arguments' values.
typealias Kernel = @Sendable (Call, [Vector], inout FailureLog) -> Vector

extension Column {
  /// One value.
  static func constant<Value: BitwiseCopyable>(_ value: Value, _ type: DataType) -> Column {
    var builder = ColumnBuilder(type: type, capacity: 1)
    builder.append(value)
    return builder.finish()
  }

  static func constant(boolean value: Bool) -> Column {
    var builder = ColumnBuilder(type: .boolean, capacity: 1)
    builder.append(boolean: value)
    return builder.finish()
  }

  static func constant(unscaled value: Int128, _ type: DataType) -> Column {
    var builder = ColumnBuilder(type: type, capacity: 1)
    builder.append(unscaled: value)
    return builder.finish()
  }

  /// A whole number: an int64 where it fits, a decimal otherwise.
  static func constant(integer value: Int128) -> Column {
    if let narrow = Int64(exactly: value) { return constant(narrow, .int64) }
    return constant(unscaled: value, .decimal(precision: "\(value.magnitude)".count, scale: 0))
  }

  static func constant(text: String, _ type: DataType = .string) -> Column {
    var builder = ColumnBuilder(type: type, capacity: 1)
    builder.append(text: text)
    return builder.finish()
  }

  static func constant(bytes: [UInt8]) -> Column {
    var builder = ColumnBuilder(type: .binary, capacity: 1)
    bytes.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { builder.append(bytes: base, count: bytes.count) } else { builder.append(text: "") }
    }
    return builder.finish()
  }
}
