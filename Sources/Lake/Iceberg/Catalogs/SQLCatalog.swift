internal import Foundation
internal import GRDB
internal import SluiceCore

/// A catalog in an SQLite database, in the layout of pyiceberg's SqlCatalog and Java's JdbcCatalog, so that all of them open each other's
/// tables. A commit is an update of the row that still names the metadata file it was made from.
final class SQLCatalog: IcebergCatalog {
  private let database: SQLCatalogDatabase
  private let files: IcebergFiles
  private let folders: TableFolder
  private let commit: MetadataCommit

  /// Opens the database at `path`, and makes it unless it exists. `name` tells catalogs of one database apart; `warehouse` is a path of the
  /// store.
  init(path: String, name: String, files: IcebergFiles, warehouse: String) throws {
    database = try SQLCatalogDatabase(path: path, name: name)
    self.files = files
    folders = TableFolder(warehouse: warehouse)
    commit = MetadataCommit(files: files)
  }

  func createNamespace(_ name: String) throws { try database.createNamespace(name) }

  func namespaces() throws -> [String] { try database.namespaces() }

  func tables(in namespace: String) throws -> [TableID] {
    try database.tables(in: namespace).map { TableID(database: namespace, name: $0) }.sorted()
  }

  func load(_ table: TableID) throws -> LoadedTable? {
    // The file may be cleaned up between the two looks, when commits go on.
    for _ in 0..<MetadataCommit.attempts {
      guard let location = try database.metadataLocation(of: table) else { return nil }
      let path = try files.path(of: location)
      if let bytes = try files.store.read(path) {
        return LoadedTable(metadata: try TableMetadata.decoded(bytes, path: path), metadataLocation: location)
      }
      if try database.metadataLocation(of: table) == location {
        throw SluiceError(.targetDamaged, "the metadata file that the catalog names is missing", at: .init(table: table, path: path))
      }
    }
    throw SluiceError(.targetConflict, "the table changes faster than it can be read", at: .init(table: table))
  }

  func create(_ table: TableID, _ creation: TableCreation) throws -> LoadedTable {
    try createNamespace(table.database)
    let metadata = try MetadataCommit.first(creation, location: files.uri(of: folders.table(table)))
    let location = Self.metadataFile(of: metadata, version: 0)
    try files.write(metadata.encoded(), to: location)
    do {
      guard try database.insert(table, location: location) else {
        throw SluiceError(.targetConflict, "the table was made by somebody else just now", at: .init(table: table))
      }
    } catch {
      // Where it is not known whether the row is there, it may name the file.
      if (error as? SluiceError)?.kind != .storageFailed { try? files.delete(location) }
      throw error
    }
    return LoadedTable(metadata: metadata, metadataLocation: location)
  }

  func commit(_ table: TableID, requirements: [TableRequirement], updates: [TableUpdate]) throws -> CommitOutcome {
    for _ in 0..<MetadataCommit.attempts {
      guard let current = try load(table), let old = current.metadataLocation else { return .conflict("there is no such table") }
      let next = try MetadataCommit.next(after: current, requirements: requirements, updates: updates)
      guard let metadata = next.metadata else { return .conflict(next.refusal) }
      let location = Self.metadataFile(of: metadata, version: Self.version(of: old) + 1)
      try files.write(metadata.encoded(), to: location)
      do {
        if try database.replace(table, location: old, with: location) {
          commit.removeOld(before: current.metadata, after: metadata)
          return .committed(LoadedTable(metadata: metadata, metadataLocation: location))
        }
        try files.delete(location)
      } catch let error as SluiceError where error.kind == .storageFailed {
        return .unknown(error)
      } catch {
        try? files.delete(location)
        throw error
      }
    }
    return .conflict("other writers were faster each time")
  }

  func drop(_ table: TableID) throws {
    let location = try database.metadataLocation(of: table)
    try database.delete(table)
    // The row is gone, so that nobody finds them any more.
    guard let location, let bytes = try files.store.read(files.path(of: location)) else { return }
    let log = try TableMetadata.decoded(bytes, path: location).metadataLog.map(\.file)
    for file in log + [location] { try files.delete(file) }
  }

  private static func metadataFile(of metadata: TableMetadata, version: Int) -> String {
    let digits = String(version)
    let number = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    let folder = metadata.properties["write.metadata.path"] ?? "\(metadata.location)/metadata"
    return "\(folder)/\(number)-\(UUID().uuidString.lowercased()).metadata.json"
  }

  /// The number that a metadata file's name begins with; -1 when it begins with none.
  private static func version(of location: String) -> Int {
    let name = location.split(separator: "/").last ?? ""
    return name.split(separator: "-").first.flatMap { Int($0) } ?? -1
  }
}
