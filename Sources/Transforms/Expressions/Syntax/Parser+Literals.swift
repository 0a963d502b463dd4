import SluiceCore

extension Parser {
  /// The number that stands here: a whole number, an exact decimal, or with an exponent a floating point number.
  mutating func number(isNegative: Bool) throws(ExpressionIssue) -> Syntax {
    let token = current
    guard case .number(let text) = token.kind else { throw ExpressionIssue(token.place, "found \(token.found), expected a number") }
    advance()
    if text.contains("e") {
      guard let value = Double(text), value.isFinite else { throw ExpressionIssue(token.place, "the number is out of range") }
      return try made(.float(isNegative ? -value : value), at: token.place)
    }
    let point = text.firstIndex(of: ".")
    let scale = point.map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
    let digits = text.filter { $0 != "." }.drop { $0 == "0" }
    guard digits.count <= 38, scale <= 38, let magnitude = digits.isEmpty ? 0 : Int128(digits) else {
      throw ExpressionIssue(token.place, "a number has up to 38 digits; one with an exponent (1e0) is a floating point number")
    }
    let value = isNegative ? -magnitude : magnitude
    if point == nil { return try made(.integer(value), at: token.place) }
    return try made(.decimal(unscaled: value, precision: max(digits.count, scale, 1), scale: scale), at: token.place)
  }

  // MARK: - Types

  private static let plainTypes: [String: DataType] = [
    "BOOLEAN": .boolean, "BOOL": .boolean, "TINYINT": .int8, "INT8": .int8, "SMALLINT": .int16, "INT16": .int16, "INT": .int32, "INTEGER": .int32,
    "INT32": .int32, "BIGINT": .int64, "INT64": .int64, "SIGNED": .int64, "UNSIGNED": .uint64, "UINT8": .uint8, "UINT16": .uint16,
    "UINT32": .uint32, "UINT64": .uint64, "FLOAT": .float32, "FLOAT32": .float32, "REAL": .float32, "DOUBLE": .float64, "FLOAT64": .float64,
    "STRING": .string, "TEXT": .string, "CHAR": .string, "VARCHAR": .string, "BINARY": .binary, "VARBINARY": .binary, "BYTES": .binary,
    "BLOB": .binary, "DATE": .date, "JSON": .json,
  ]
  private static let unsigned: [DataType: DataType] = [.int8: .uint8, .int16: .uint16, .int32: .uint32, .int64: .uint64]
  private static let parametric = ["DECIMAL", "NUMERIC", "TIME", "TIMESTAMP", "DATETIME", "INSTANT", "TIMESTAMPTZ"]

  /// The type that stands here.
  mutating func typeName() throws(ExpressionIssue) -> DataType {
    let token = current
    guard case .word(let word) = token.kind else { throw ExpressionIssue(token.place, "found \(token.found), expected a type") }
    let name = word.uppercased()
    advance()
    if let type = Self.plainTypes[name] {
      if name == "SIGNED" || name == "UNSIGNED" { _ = take("INTEGER") }
      if name == "DOUBLE" { _ = take("PRECISION") }
      if current.isSymbol("(") { throw ExpressionIssue(current.place, "\(name) takes no length; use LEFT(text, n) to cut") }
      if let wide = Self.unsigned[type], take("UNSIGNED") { return wide }
      return type
    }
    let arguments = try typeArguments()
    switch name {
    case "DECIMAL", "NUMERIC":
      let precision = arguments.first ?? 10
      let scale = arguments.count > 1 ? arguments[1] : 0
      guard arguments.count <= 2, (1...38).contains(precision), (0...precision).contains(scale) else {
        throw ExpressionIssue(token.place, "a decimal has 1 to 38 digits, and no more of them after the point: DECIMAL(18, 2)")
      }
      return .decimal(precision: precision, scale: scale)
    case "TIME", "TIMESTAMP", "DATETIME", "INSTANT", "TIMESTAMPTZ":
      let digits = arguments.first ?? 6
      let most = name == "TIME" ? 6 : 9
      guard arguments.count <= 1, (0...most).contains(digits) else {
        throw ExpressionIssue(token.place, "\(name) has 0 to \(most) digits of a second: \(name)(6)")
      }
      return name == "TIME"
        ? .time(precision: digits)
        : name.hasPrefix("TIMESTAMP") && name != "TIMESTAMPTZ" || name == "DATETIME"
          ? .timestamp(precision: digits) : .instant(precision: digits)
    default:
      let names = Self.plainTypes.keys.sorted() + Self.parametric
      throw ExpressionIssue(
        token.place, "found \(token.found), which is no type" + ExpressionIssue.suggestion(word, among: names))
    }
  }

  private mutating func typeArguments() throws(ExpressionIssue) -> [Int] {
    guard takeSymbol("(") else { return [] }
    var arguments: [Int] = []
    repeat {
      guard case .number(let text) = current.kind, let number = Int(text) else {
        throw ExpressionIssue(current.place, "found \(current.found), expected a whole number")
      }
      arguments.append(number)
      advance()
    } while takeSymbol(",")
    try requireSymbol(")")
    return arguments
  }
}
