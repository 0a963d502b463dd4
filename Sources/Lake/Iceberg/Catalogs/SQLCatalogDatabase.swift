internal import Foundation
internal import GRDB
internal import SluiceCore

/// The two tables of an SQL catalog. Each call is one transaction; errors are mapped to kinds here.
final class SQLCatalogDatabase: Sendable {
  /// How long others may lock the database.
  private static let patience = 120.0
  /// In one piece: SQLite waits for one lock, and does not wait when that could last forever.
  private static let busySeconds = 10.0
  private static let pause = 0.2
  private static let schema = """
    CREATE TABLE IF NOT EXISTS iceberg_tables (
      catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL, table_name VARCHAR(255) NOT NULL,
      metadata_location VARCHAR(1000), previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5),
      PRIMARY KEY (catalog_name, table_namespace, table_name));
    CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (
      catalog_name VARCHAR(255) NOT NULL, namespace VARCHAR(255) NOT NULL, property_key VARCHAR(255) NOT NULL,
      property_value VARCHAR(1000) NOT NULL, PRIMARY KEY (catalog_name, namespace, property_key));
    """
  private static let isThisTable = "catalog_name = ? AND table_namespace = ? AND table_name = ?"

  private let queue: DatabaseQueue
  private let path: String
  private let name: String
  private let patience: Double
  /// Databases of before the type's column have tables only.
  private let hasTypes: Bool

  /// A database that others lock for `patience` seconds is `catalog-unavailable`.
  init(path: String, name: String, patience: Double = SQLCatalogDatabase.patience) throws {
    self.path = path
    self.name = name
    self.patience = patience
    var configuration = Configuration()
    configuration.busyMode = .timeout(min(Self.busySeconds, patience))
    (queue, hasTypes) = try Self.mapping(path, patience) {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let hasTypes = try queue.write { database in
        try database.execute(sql: Self.schema)
        return try database.columns(in: "iceberg_tables").contains { $0.name == "iceberg_type" }
      }
      return (queue, hasTypes)
    }
  }

  func createNamespace(_ namespace: String) throws {
    try write { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO iceberg_namespace_properties VALUES (?, ?, 'exists', 'true')", arguments: [self.name, namespace])
    }
  }

  func namespaces() throws -> [String] {
    try read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT table_namespace FROM iceberg_tables WHERE catalog_name = ?
          UNION SELECT namespace FROM iceberg_namespace_properties WHERE catalog_name = ? ORDER BY 1
          """, arguments: [self.name, self.name])
    }
  }

  func tables(in namespace: String) throws -> [String] {
    try read { database in
      try String.fetchAll(
        database, sql: "SELECT table_name FROM iceberg_tables WHERE catalog_name = ? AND table_namespace = ?\(self.isTable)",
        arguments: [self.name, namespace])
    }
  }

  /// `nil` when there is no such table.
  func metadataLocation(of table: TableID) throws -> String? {
    try read { database in
      try String.fetchOne(
        database, sql: "SELECT metadata_location FROM iceberg_tables WHERE \(Self.isThisTable)\(self.isTable)", arguments: self.key(of: table))
    }
  }

  /// `false` when there is a table or view of that name.
  func insert(_ table: TableID, location: String) throws -> Bool {
    try write { database in
      let columns = "catalog_name, table_namespace, table_name, metadata_location" + (self.hasTypes ? ", iceberg_type" : "")
      try database.execute(
        sql: "INSERT OR IGNORE INTO iceberg_tables (\(columns)) VALUES (?, ?, ?, ?\(self.hasTypes ? ", 'TABLE'" : ""))",
        arguments: self.key(of: table) + [location])
      return database.changesCount == 1
    }
  }

  /// `false` when the table's metadata is not at `location` any more.
  func replace(_ table: TableID, location: String, with next: String) throws -> Bool {
    try write { database in
      try database.execute(
        sql: """
          UPDATE iceberg_tables SET metadata_location = ?, previous_metadata_location = ?
          WHERE \(Self.isThisTable) AND metadata_location = ?\(self.isTable)
          """, arguments: [next, location] + self.key(of: table) + [location])
      return database.changesCount == 1
    }
  }

  func delete(_ table: TableID) throws {
    try write { database in
      try database.execute(sql: "DELETE FROM iceberg_tables WHERE \(Self.isThisTable)\(self.isTable)", arguments: self.key(of: table))
    }
  }

  private var isTable: String { hasTypes ? " AND (iceberg_type = 'TABLE' OR iceberg_type IS NULL)" : "" }

  private func key(of table: TableID) -> StatementArguments { [name, table.database, table.name] }

  private func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try Self.mapping(path, patience) { try queue.read(body) }
  }

  private func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try Self.mapping(path, patience) { try queue.write(body) }
  }

  /// Only `storage-failed` leaves open whether a change was made.
  private static func mapping<Value>(_ path: String, _ patience: Double, _ body: () throws -> Value) throws -> Value {
    let end = Date(timeIntervalSinceNow: patience)
    while true {
      do {
        return try mapping(path, body)
      } catch let error as SluiceError where error.kind == .catalogUnavailable {
        // Nothing was changed.
        guard Date() < end else { throw error }
        Thread.sleep(forTimeInterval: pause)
      }
    }
  }

  private static func mapping<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      let message = "the catalog's database: \(error.message ?? "error \(error.resultCode.rawValue)")"
      let kind: ErrorKind
      switch error.resultCode {
      case .SQLITE_FULL: kind = .storageFull
      case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: kind = .storageDenied
      case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_SCHEMA: kind = .targetDamaged
      case .SQLITE_BUSY, .SQLITE_LOCKED: kind = .catalogUnavailable
      default: kind = .storageFailed
      }
      let remedy = kind == .catalogUnavailable ? "See which program locks the database; run the job again to go on where it stopped." : nil
      throw SluiceError(kind, message, at: .init(path: path), remedy: remedy, cause: error)
    }
  }
}
