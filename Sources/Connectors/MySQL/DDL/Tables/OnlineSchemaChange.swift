internal import SluiceCore

/// Tables that gh-ost and pt-online-schema-change make beside the one that they change, known by their names.
///
/// gh-ost copies `t` into `_t_gho`, keeps notes in `_t_ghc` and leaves the old table as `_t_del`, or `_t_20240229101500_del`.
/// pt-online-schema-change copies into `_t_new`, with more underscores where that is taken, and leaves `_t_old`.
enum OnlineSchemaChange {
  /// What a rename is to the table that is changed.
  enum Step: Hashable, Sendable {
    /// `shadow` takes the place of `table`, which becomes `old`: one change of `table`.
    case swap(TableID, shadow: TableID, old: TableID)
    /// The first half of a swap in two steps: `table` is away for a moment.
    case setAside(TableID, old: TableID)
    /// The second half.
    case bringIn(TableID, shadow: TableID)
  }

  /// Whether `table` is such a companion of one of `tables`, so that its rows are nobody's; `tables` answers whether a table is captured.
  static func isShadow(_ table: TableID, of tables: (TableID) -> Bool) -> Bool {
    originals(of: table).contains { $0 != table && tables($0) }
  }

  /// The step that the renames of one statement make; `nil` for any other renames.
  static func step(of renames: [(from: TableID, to: TableID)]) -> Step? {
    switch renames.count {
    case 1:
      let rename = renames[0]
      if isOld(rename.to, of: rename.from) { return .setAside(rename.from, old: rename.to) }
      return isCopy(rename.from, of: rename.to) ? .bringIn(rename.to, shadow: rename.from) : nil
    case 2:
      let (leaving, coming) = (renames[0], renames[1])
      guard leaving.from == coming.to, isOld(leaving.to, of: leaving.from), isCopy(coming.from, of: coming.to) else { return nil }
      return .swap(leaving.from, shadow: coming.from, old: leaving.to)
    default: return nil
    }
  }

  private static let copies = ["_gho", "_new"]
  private static let olds = ["_del", "_old"]

  private static func isOld(_ table: TableID, of original: TableID) -> Bool {
    olds.contains { table.name.hasSuffix($0) } && originals(of: table).contains(original)
  }

  private static func isCopy(_ table: TableID, of original: TableID) -> Bool {
    copies.contains { table.name.hasSuffix($0) } && originals(of: table).contains(original)
  }

  /// The tables that `table` may belong to, by its name.
  private static func originals(of table: TableID) -> [TableID] {
    guard table.name.hasPrefix("_"), let suffix = (copies + olds + ["_ghc"]).first(where: { table.name.hasSuffix($0) }) else { return [] }
    var names: [String] = []
    var name = table.name.dropLast(suffix.count)
    // The original's own name may begin with underscores.
    while name.first == "_" {
      name = name.dropFirst()
      if !name.isEmpty { names.append(String(name)) }
    }
    if suffix == "_del" {
      names += names.compactMap { name in
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count > 1, let stamp = parts.last, stamp.count == 14, stamp.allSatisfy(\.isNumber) else { return nil }
        return String(name.dropLast(15))
      }
    }
    return names.map { TableID(database: table.database, name: $0) }
  }
}
