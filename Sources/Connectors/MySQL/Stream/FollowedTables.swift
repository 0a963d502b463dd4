internal import SluiceCore

/// The tables that a stream follows, and those that it has to know beside them.
struct FollowedTables {
  private(set) var entries: [TableID: FollowedEntry] = [:]
  /// Definitions of companions that online schema change tools make: one of them will take the place of its table.
  private var shadows: [TableID: MySQLTable] = [:]
  private let include: [SelectedPattern]
  private let exclude: [SelectedPattern]
  private var answers: [TableID: Bool] = [:]
  private var lastMap: BinlogTableMap?
  private var lastEntry: FollowedEntry?
  private var byMap: [UInt64: (map: BinlogTableMap, entry: FollowedEntry?)] = [:]

  init(_ selection: TableSelection) throws {
    include = try selection.include.enumerated().map { try SelectedPattern($1, path: "$.source.tables[\($0)]") }
    exclude = try selection.exclude.enumerated().map { try SelectedPattern($1, path: "$.source.exclude[\($0)]") }
  }

  /// Whether the job wants a table of that name.
  mutating func isSelected(_ table: TableID) -> Bool {
    if let answer = answers[table] { return answer }
    let answer = include.contains { $0.matches(table) } && !exclude.contains { $0.matches(table) }
    if answers.count >= 65_536 { answers.removeAll() }
    answers[table] = answer
    return answer
  }

  /// Whether it is a companion of a table that the job wants: nobody's rows are in it.
  mutating func isShadow(_ table: TableID) -> Bool {
    OnlineSchemaChange.isShadow(table) { entries[$0] != nil || isSelected($0) }
  }

  /// Whether a table of that name is followed when it is made.
  mutating func wants(_ table: TableID) -> Bool { isSelected(table) && !isShadow(table) }

  var isEmpty: Bool { entries.isEmpty }

  subscript(table: TableID) -> FollowedEntry? { entries[table] }

  mutating func follow(_ entry: FollowedEntry) {
    entries[entry.id] = entry
    forgetMaps()
  }

  @discardableResult
  mutating func leave(_ table: TableID) -> FollowedEntry? {
    forgetMaps()
    return entries.removeValue(forKey: table)
  }

  func tables(in database: String) -> [TableID] { entries.keys.filter { $0.database == database }.sorted() }

  /// Tables that a rename has put aside under the name that an online schema change tool gives, until another takes their place.
  private(set) var setAside: [TableID: TableID] = [:]

  mutating func putAside(_ table: TableID, as old: TableID?) { setAside[table] = old }

  // MARK: Companions

  func shadow(_ table: TableID) -> MySQLTable? { shadows[table] }

  mutating func setShadow(_ table: TableID, _ definition: MySQLTable?) { shadows[table] = definition }

  /// What is known of a table that is followed or a companion of one.
  func known(_ table: TableID) -> MySQLTable? { entries[table]?.table ?? shadows[table] }

  // MARK: Table maps

  /// The table that rows belong to; `nil` when nobody wants them.
  mutating func entry(for map: BinlogTableMap) -> FollowedEntry? {
    if map === lastMap { return lastEntry }
    let entry = find(map)
    lastMap = map
    lastEntry = entry
    return entry
  }

  private mutating func find(_ map: BinlogTableMap) -> FollowedEntry? {
    if let known = byMap[map.number], known.map === map { return known.entry }
    let entry = entries[map.table].flatMap { isShadow(map.table) ? nil : $0 }
    if byMap.count >= 4_096 { byMap.removeAll() }
    byMap[map.number] = (map, entry)
    return entry
  }

  private mutating func forgetMaps() {
    lastMap = nil
    lastEntry = nil
    byMap.removeAll()
  }
}
