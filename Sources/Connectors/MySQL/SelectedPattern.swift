internal import SluiceCore

/// One entry of a table selection, and what it says about where to search.
struct SelectedPattern {
  /// The table that it names, when it is neither glob nor regular expression.
  let exact: TableID?
  /// The only database that it can match in; `nil` when there may be several.
  let database: String?
  private let pattern: TablePattern

  /// `path` is where the pattern stands in the spec.
  init(_ text: String, path: String) throws {
    do {
      pattern = try TablePattern(text)
    } catch {
      throw SluiceError(
        .specInvalid, "\"\(text)\" \(error)", at: .init(path: path),
        remedy: "Write database.table, with * and ? as wildcards, or /a regular expression/.", cause: error)
    }
    let parts = text.split(separator: ".", maxSplits: 1)
    let isRegex = text.hasPrefix("/") && text.hasSuffix("/")
    database = isRegex || Self.isGlob(parts[0]) ? nil : String(parts[0])
    exact = isRegex || Self.isGlob(text[...]) ? nil : TableID(database: String(parts[0]), name: String(parts[1]))
  }

  func matches(_ id: TableID) -> Bool { pattern.matches(id) }

  private static func isGlob(_ text: Substring) -> Bool { text.contains { $0 == "*" || $0 == "?" } }
}
