internal import SluiceCore

/// Reads table definitions from `information_schema`, many with one query.
struct MySQLCatalog {
  let connection: MySQLConnection

  /// Names of base tables and of views, which cannot be copied. `databases` narrows the search; `nil` for all but the server's own.
  func names(in databases: Set<String>?) throws -> (tables: [TableID], views: Set<TableID>) {
    let own = "('mysql', 'information_schema', 'performance_schema', 'sys')"
    let condition = databases.map { "IN (\($0.sorted().map(MySQLText.literal).joined(separator: ", ")))" } ?? "NOT IN \(own)"
    let rows = try connection.query(
      "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA \(condition)")
    var tables: [TableID] = []
    var views: Set<TableID> = []
    for row in rows {
      let id = TableID(database: row[0] ?? "", name: row[1] ?? "")
      switch row[2] {
      case "BASE TABLE", "SYSTEM VERSIONED": tables.append(id)
      default: views.insert(id)
      }
    }
    return (tables, views)
  }

  /// The definitions of `tables`, sorted by name; tables that are gone are left out.
  func tables(_ tables: [TableID]) throws -> [MySQLTable] {
    let byDatabase = Dictionary(grouping: Set(tables), by: \.database)
    return try byDatabase.keys.sorted().flatMap { database in
      let names = (byDatabase[database] ?? []).map(\.name)
      // A query for one name costs a look-up, one for a database opens each of its tables.
      if names.count <= Self.singles { return try names.flatMap { try load(database, [$0]) } }
      return try load(database, names)
    }.sorted { $0.definition.id < $1.definition.id }
  }

  private static let singles = 8

  private func load(_ database: String, _ names: [String]) throws -> [MySQLTable] {
    let wanted = Set(names)
    var scope = "TABLE_SCHEMA = \(MySQLText.literal(database))"
    if let name = names.first, names.count == 1 { scope += " AND TABLE_NAME = \(MySQLText.literal(name))" }

    var columns: [String: [MySQLCatalogColumn]] = [:]
    for row in try connection.query(
      "SELECT TABLE_NAME, \(MySQLCatalogColumn.selection) FROM information_schema.COLUMNS WHERE \(scope) ORDER BY TABLE_NAME, ORDINAL_POSITION")
    {
      guard let name = row[0], wanted.contains(name) else { continue }
      columns[name, default: []].append(MySQLCatalogColumn(row[1...], server: connection.server))
    }
    if connection.server.isMariaDB { try markJSON(&columns, database, names) }
    let indexes = try indexes(scope)

    var tables: [MySQLTable] = []
    for row in try connection.query(
      "SELECT TABLE_NAME, TABLE_ROWS, DATA_LENGTH, TABLE_COMMENT, TABLE_COLLATION, TABLE_TYPE FROM information_schema.TABLES WHERE \(scope)")
    {
      guard let name = row[0], wanted.contains(name), let columns = columns[name] else { continue }
      tables.append(
        try MySQLTable(
          TableID(database: database, name: name), columns: columns, indexes: indexes[name] ?? [], comment: row[3] ?? "",
          charset: row[4].map(MySQLCharset.init(collation:)), isVersioned: row[5] == "SYSTEM VERSIONED",
          rows: row[1].flatMap { Int($0) } ?? 0, bytes: row[2].flatMap { Int($0) } ?? 0, options: connection.options))
    }
    return tables
  }

  private func indexes(_ scope: String) throws -> [String: [MySQLIndex]] {
    let server = connection.server
    var visibility = "'YES'"
    if server.isMariaDB {
      if server.isAtLeast(10, 6) { visibility = "IF(IGNORED = 'NO', 'YES', 'NO')" }
    } else if server.isAtLeast(8) {
      visibility = "IS_VISIBLE"
    }
    var indexes: [String: [MySQLIndex]] = [:]
    for row in try connection.query(
      """
      SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART, COLLATION, INDEX_TYPE, NON_UNIQUE, \(visibility) \
      FROM information_schema.STATISTICS WHERE \(scope) ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
      """)
    {
      guard let table = row[0], let name = row[1] else { continue }
      var list = indexes[table, default: []]
      var index = list.last?.name == name ? list.removeLast() : MySQLIndex(name: name)
      if let column = row[2] { index.columns.append(column) } else { index.hasExpression = true }
      index.isUnique = row[6] == "0"
      if index.isUnique {
        if let column = row[2], let length = row[3].flatMap({ Int($0) }) { index.prefixes[column] = length }
        if let column = row[2], row[4] == "D" { index.descending.insert(column) }
        if row[5] != "BTREE" { index.isTree = false }
        index.isVisible = row[7] == "YES"
      }
      list.append(index)
      indexes[table] = list
    }
    return indexes
  }

  /// MariaDB says `longtext` for JSON; the check that comes with the type tells them apart.
  private func markJSON(_ columns: inout [String: [MySQLCatalogColumn]], _ database: String, _ names: [String]) throws {
    guard columns.values.contains(where: { $0.contains { $0.dataType == "longtext" } }) else { return }
    var scope = "CONSTRAINT_SCHEMA = \(MySQLText.literal(database))"
    if let name = names.first, names.count == 1 { scope += " AND TABLE_NAME = \(MySQLText.literal(name))" }
    for row in try connection.query(
      "SELECT TABLE_NAME, CONSTRAINT_NAME FROM information_schema.CHECK_CONSTRAINTS WHERE \(scope) AND CHECK_CLAUSE LIKE 'json\\_valid(%'")
    {
      guard let table = row[0], let index = columns[table]?.firstIndex(where: { $0.name == row[1] && $0.dataType == "longtext" }) else { continue }
      columns[table]?[index].isCheckedJSON = true
    }
  }
}
