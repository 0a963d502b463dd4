import SluiceCore

/// Columns as an option names them: names, and globs with `*` and `?`, in any case.
///
/// Databases change the case of names without being asked; a mask that then missed its column would show what it should hide.
struct ColumnSelection: Sendable {
  private let patterns: [String]

  init(_ patterns: [String]) {
    self.patterns = patterns
  }

  /// The patterns that are names.
  var names: [String] { patterns.filter { !Self.isGlob($0) } }

  var isEmpty: Bool { patterns.isEmpty }

  /// The places in `table` that are named, in the order of the table, and whether by their name and not by a glob.
  func places(in table: TableDefinition) -> [(index: Int, isNamed: Bool)] {
    let plain = Set(names.map { $0.lowercased() })
    let globs = patterns.filter(Self.isGlob).map { Array($0.lowercased().unicodeScalars) }
    return table.columns.enumerated().compactMap { index, column in
      let name = column.name.lowercased()
      if plain.contains(name) { return (index, true) }
      let scalars = Array(name.unicodeScalars)
      return globs.contains { Self.matches($0, scalars) } ? (index, false) : nil
    }
  }

  /// The place of the column of that name in any case.
  static func index(of name: String, in table: TableDefinition) -> Int? {
    if let exact = table.columnIndex(name) { return exact }
    let wanted = name.lowercased()
    return table.columns.firstIndex { $0.name.lowercased() == wanted }
  }

  private static func isGlob(_ pattern: String) -> Bool {
    pattern.contains("*") || pattern.contains("?")
  }

  /// Whether the glob matches the whole name. O(pattern × name) at worst.
  private static func matches(_ pattern: [Unicode.Scalar], _ name: [Unicode.Scalar]) -> Bool {
    var (at, place) = (0, 0)
    var star: (at: Int, place: Int)?
    while place < name.count {
      if at < pattern.count, pattern[at] == "*" {
        star = (at, place)
        at += 1
      } else if at < pattern.count, pattern[at] == "?" || pattern[at] == name[place] {
        at += 1
        place += 1
      } else if let last = star {
        star = (last.at, last.place + 1)
        at = last.at + 1
        place = last.place + 1
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == "*" }
  }
}
