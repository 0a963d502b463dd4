/// A pattern of table names: exact (`shop.orders`), a glob (`shop.*`, `*` and `?` within a part) or a regular expression
/// between slashes (`/shop_[0-9]+\.orders/`), which must match the whole name.
public struct TablePattern: Sendable {
  public let text: String
  private let database: [Character]
  private let name: [Character]
  private let expression: String?

  /// What is wrong is told as a sentence without its subject.
  public struct Malformed: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  public init(_ text: String) throws(Malformed) {
    self.text = text
    if text.count >= 2, text.hasPrefix("/"), text.hasSuffix("/") {
      let expression = String(text.dropFirst().dropLast())
      guard (try? Regex(expression)) != nil else { throw Malformed(description: "is no regular expression") }
      self.expression = expression
      (database, name) = ([], [])
      return
    }
    guard let dot = text.firstIndex(of: "."), dot != text.startIndex, text.index(after: dot) != text.endIndex else {
      throw Malformed(description: "is no table pattern; allowed are \"shop.orders\", \"shop.*\" and \"/shop_[0-9]+\\\\.orders/\"")
    }
    expression = nil
    database = Array(text[..<dot])
    name = Array(text[text.index(after: dot)...])
  }

  public func matches(_ table: TableID) -> Bool {
    guard let expression else { return Self.glob(database[...], Array(table.database)[...]) && Self.glob(name[...], Array(table.name)[...]) }
    guard let regex = try? Regex(expression) else { return false }
    return table.description.wholeMatch(of: regex) != nil
  }

  private static func glob(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
    var pattern = pattern
    var text = text
    while let first = pattern.first {
      pattern = pattern.dropFirst()
      if first == "*" { return (text.startIndex...text.endIndex).contains { glob(pattern, text[$0...]) } }
      guard let character = text.first, first == "?" || first == character else { return false }
      text = text.dropFirst()
    }
    return text.isEmpty
  }
}
