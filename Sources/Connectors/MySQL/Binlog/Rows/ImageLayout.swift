internal import SluiceCore

/// Which column of the tracked table each column of a map is. MariaDB's maps have columns of the server's own, too: hashes of long unique
/// values, and the period in which a row of a versioned table is current.
struct ImageLayout {
  /// By place in the image; `nil` for a column of the server's own.
  private(set) var targets: [Int?] = []
  /// The place of the time until which a row is current, in a versioned table.
  private(set) var rowEnd: Int?

  init(_ map: BinlogTableMap, _ table: MySQLTable) throws {
    func changed(_ message: String, _ column: String? = nil) -> SluiceError {
      SluiceError(.sourceSchemaChanged, message, at: .init(table: table.definition.id, column: column))
    }
    var isTaken = [Bool](repeating: false, count: table.columns.count)
    var unnamed: [Int] = []
    for (place, wire) in map.columns.enumerated() {
      let target: Int?
      if let name = wire.name {
        target = place < table.columns.count && table.columns[place].name == name ? place : table.columns.firstIndex { $0.name == name }
        if target == nil {
          guard Self.isOwn(name, table) else { throw changed("the log has a column that is not tracked", name) }
          if name == Self.rowEndName { rowEnd = place }
        }
      } else {
        target = place < table.columns.count ? place : nil
        if target == nil { unnamed.append(place) }
      }
      if let target {
        guard !isTaken[target] else { throw changed("the log has the column twice", table.columns[target].name) }
        isTaken[target] = true
      }
      targets.append(target)
    }
    if let missing = isTaken.firstIndex(of: false) {
      throw changed("the log has \(map.columns.count) columns, and not this one", table.columns[missing].name)
    }
    if !unnamed.isEmpty, !acceptUnnamed(unnamed, map, table) {
      throw changed("the log has \(map.columns.count) columns, the definition that is tracked \(table.columns.count)")
    }
    if table.isVersioned, rowEnd == nil { rowEnd = Self.declaredRowEnd(table).flatMap { target in targets.firstIndex { $0 == target } } }
    if table.isVersioned, rowEnd == nil { throw changed("the log does not tell until when a row of the versioned table is current") }
  }

  private static let rowEndName = "row_end"

  private static func isOwn(_ name: String, _ table: MySQLTable) -> Bool {
    name.hasPrefix("DB_ROW_HASH_") || (table.isVersioned && (name == "row_start" || name == rowEndName))
  }

  /// Columns behind the tracked ones whose names the log does not have: as many as the server must have of its own, of their types.
  private mutating func acceptUnnamed(_ places: [Int], _ map: BinlogTableMap, _ table: MySQLTable) -> Bool {
    var hashes = places[...]
    if table.isVersioned, Self.declaredRowEnd(table) == nil {
      guard places.count >= 2, places[..<2].allSatisfy({ [.timestamp2, .longLong].contains(map.columns[$0].type) }) else { return false }
      rowEnd = places[1]
      hashes = places[2...]
    }
    return hashes.count == table.indexes.count { $0.isUnique && !$0.isTree } && hashes.allSatisfy { map.columns[$0].type == .longLong }
  }

  /// The column that a versioned table declares for it: the generated time that is part of the key, or the later one.
  private static func declaredRowEnd(_ table: MySQLTable) -> Int? {
    let times = table.columns.indices.filter { place in
      let column = table.columns[place]
      return column.generated == .stored && (column.columnType == "timestamp(6)" || column.columnType.hasPrefix("bigint"))
    }
    return times.first { table.key?.columns.contains(table.columns[$0].name) == true } ?? times.last
  }
}
