internal import SluiceCore

/// A MySQL or MariaDB server. Each call makes a connection of its own.
struct MySQLSource: Source {
  let options: MySQLOptions

  func preflight(_ tables: TableSelection) -> [Finding] {
    MySQLPreflight(options: options).run(tables)
  }

  func discover(_ tables: TableSelection) throws -> [TableDefinition] {
    let connection = try MySQLSession.open(options)
    return try MySQLDiscovery(catalog: MySQLCatalog(connection: connection)).discover(tables).map(\.definition)
  }

  func currentPosition() throws -> Position? {
    try MySQLPosition.current(try MySQLSession.open(options))?.position
  }

  func makeSnapshotReader(_ table: TableDefinition) throws -> any SnapshotReader {
    try MySQLSnapshotReader(table, options: options)
  }
}
