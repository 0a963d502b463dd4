/// What a table is partitioned by, as a spec says it: a column, or a function of one: `day(created)`, `bucket(16, id)`.
public struct PartitionExpression: Hashable, Sendable {
  public let column: String
  /// `nil` for the column as it is.
  public let function: String?
  /// The whole number before the column.
  public let argument: Int?

  /// Reads an expression; the name of a column is always that column. `nil` for what is neither a column nor a function of one.
  public init?(_ text: String, isColumn: (String) -> Bool) {
    if isColumn(text) {
      self.init(column: text, function: nil, argument: nil)
      return
    }
    guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return nil }
    let function = text[..<open].filter { $0 != " " }
    let inner = text[text.index(after: open)...].dropLast()
    let name = function.allSatisfy { $0.isASCII && $0.isLetter } ? function.lowercased() : ""
    if name.isEmpty { return nil }
    let whole = Self.trimmed(inner)
    if isColumn(whole) {
      self.init(column: whole, function: name, argument: nil)
      return
    }
    guard let comma = inner.firstIndex(of: ","), let argument = Int(Self.trimmed(inner[..<comma])) else { return nil }
    let column = Self.trimmed(inner[inner.index(after: comma)...])
    guard isColumn(column) else { return nil }
    self.init(column: column, function: name, argument: argument)
  }

  private init(column: String, function: String?, argument: Int?) {
    self.column = column
    self.function = function
    self.argument = argument
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension TargetTable {
  /// The columns that partition values are made of.
  public var partitionColumns: [String] {
    partitionKeys.map { text in PartitionExpression(text) { columnIndex($0) != nil }?.column ?? text }
  }
}
