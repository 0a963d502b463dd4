internal import SluiceCore

/// A catalog without a server: databases and tables are the warehouse's folders, `<warehouse>/<database>.db/<table>`.
struct FileSystemCatalog: Catalog {
  private static let databaseSuffix = ".db"

  private let store: any ObjectStore
  private let warehouse: String

  init(store: any ObjectStore, warehouse: String) {
    self.store = store
    var path = warehouse
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    self.warehouse = path
  }

  /// A database's folder comes with its first table, so there is nothing to make.
  func createDatabase(_ name: String) throws {}

  func location(of table: TableID) throws -> String? {
    let folder = folder(of: table)
    return try store.names(in: "\(folder)/schema").contains { $0.hasPrefix("schema-") } ? folder : nil
  }

  func createTable(_ table: TableID, metadata: [UInt8]) throws -> String {
    let folder = folder(of: table)
    guard try store.createIfAbsent(metadata, at: TablePaths(root: folder).schema(0)) else {
      throw SluiceError(.targetConflict, "the table was made by somebody else just now", at: .init(table: table, path: folder))
    }
    return folder
  }

  func tables(in database: String) throws -> [TableID] {
    try store.names(in: "\(warehouse)/\(database)\(Self.databaseSuffix)").map { TableID(database: database, name: $0) }
      .filter { try location(of: $0) != nil }.sorted()
  }

  func publish(snapshot: [UInt8], number: Int64, of table: TableID) throws -> Bool {
    try store.createIfAbsent(snapshot, at: TablePaths(root: folder(of: table)).snapshot(number))
  }

  private func folder(of table: TableID) -> String {
    "\(warehouse)/\(table.database)\(Self.databaseSuffix)/\(table.name)"
  }
}
