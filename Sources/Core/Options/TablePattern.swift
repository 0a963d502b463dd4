/// A pattern of table names: exact (`shop.orders`), a glob (`shop.*`, `*` and `?` within a part) or a regular expression
/// between slashes (`/shop_[0-9]+\.orders/`), which must match the whole name. No pattern takes long, whatever it is.
public struct TablePattern: Sendable {
  public let text: String
  private let database: [Character]
  private let name: [Character]
  private let expression: LinearPattern?
  /// How many groups `groups` answers for a table that matches: those of a regular expression, or the wildcards.
  public let groupCount: Int

  /// What is wrong is told as a sentence without its subject.
  public struct Malformed: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  public init(_ text: String) throws(Malformed) {
    self.text = text
    if text.count >= 2, text.hasPrefix("/"), text.hasSuffix("/") {
      let expression = try LinearPattern(String(text.dropFirst().dropLast()))
      self.expression = expression
      groupCount = expression.groupCount
      (database, name) = ([], [])
      return
    }
    guard let dot = text.firstIndex(of: "."), dot != text.startIndex, text.index(after: dot) != text.endIndex else {
      throw Malformed(description: "is no table pattern; allowed are \"shop.orders\", \"shop.*\" and \"/shop_[0-9]+\\\\.orders/\"")
    }
    expression = nil
    database = Array(text[..<dot])
    name = Array(text[text.index(after: dot)...])
    groupCount = text.count { $0 == "*" || $0 == "?" }
  }

  public func matches(_ table: TableID) -> Bool { groups(of: table) != nil }

  /// What the groups of a regular expression, or the wildcards of a glob, stand for in the table's name; `nil` when it does not match.
  public func groups(of table: TableID) -> [String]? {
    if let expression { return expression.groups(of: table.description) }
    guard let inDatabase = Self.glob(database, Array(table.database)), let inName = Self.glob(name, Array(table.name)) else { return nil }
    return inDatabase + inName
  }

  /// What the wildcards stand for, each as little as can be; `nil` when the text does not match. O(pattern · text).
  private static func glob(_ pattern: [Character], _ text: [Character]) -> [String]? {
    var groups: [Range<Int>] = []
    var star: (pattern: Int, groups: Int)?
    var place = 0
    var at = 0
    while at < text.count || place < pattern.count {
      if place < pattern.count, pattern[place] == "*" {
        groups.append(at..<at)
        star = (place, groups.count)
        place += 1
      } else if place < pattern.count, at < text.count, pattern[place] == "?" || pattern[place] == text[at] {
        if pattern[place] == "?" { groups.append(at..<(at + 1)) }
        place += 1
        at += 1
      } else if let last = star, let stretch = groups.prefix(last.groups).last, stretch.upperBound < text.count {
        // The last wildcard takes one character more.
        groups.removeLast(groups.count - last.groups)
        groups[last.groups - 1] = stretch.lowerBound..<(stretch.upperBound + 1)
        at = stretch.upperBound + 1
        place = last.pattern + 1
      } else {
        return nil
      }
    }
    return groups.map { String(text[$0]) }
  }
}
