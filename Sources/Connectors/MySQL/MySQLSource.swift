internal import SluiceCore

/// A MySQL or MariaDB server. Each call makes a connection of its own.
struct MySQLSource: Source {
  let options: MySQLOptions

  func preflight(_ tables: TableSelection, follows: Bool) -> [Finding] {
    MySQLPreflight(options: options, follows: follows).run(tables)
  }

  func discover(_ tables: TableSelection) throws -> [TableDefinition] {
    let connection = try MySQLSession.open(options)
    let tables = try MySQLDiscovery(catalog: MySQLCatalog(connection: connection)).discover(tables)
    // A table that the account may not read ends a job before any target is made.
    for table in tables { try connection.execute(MySQLPageQuery(table, key: nil).shape, table: table.definition.id) }
    return tables.map(\.definition)
  }

  func currentPosition() throws -> Position? {
    try LogServer(MySQLSession.open(options)).head()?.position
  }

  func makeSnapshotReader(_ table: TableDefinition) throws -> any SnapshotReader {
    try MySQLSnapshotReader(table, options: options)
  }
}
