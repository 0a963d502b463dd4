internal import Foundation

/// A fresh, empty database on a server. Its name is its own, so tests may run side by side.
public final class TestDatabase: Sendable {
  public let name: String
  public let server: DatabaseServer

  /// `prefix` shows in server logs and lake folders.
  public init(on server: DatabaseServer, prefix: String = "t") throws {
    self.server = server
    name = "\(prefix)_\(UUID().uuidString.prefix(8).lowercased())"
    try server.execute("CREATE DATABASE `\(name)` CHARACTER SET utf8mb4")
  }

  /// On the server of a product that all tests of this process share.
  public convenience init(on product: DatabaseServer.Product, prefix: String = "t") throws {
    try self.init(on: DatabaseServer.shared(product), prefix: prefix)
  }

  /// A fresh, empty database of a name that another server has, too.
  public init(named name: String, on server: DatabaseServer) throws {
    self.server = server
    self.name = name
    try server.execute("CREATE DATABASE `\(name)` CHARACTER SET utf8mb4")
  }

  /// Runs statements in this database, with all rights.
  public func execute(_ sql: String) throws {
    try server.execute("USE `\(name)`;\n" + sql)
  }

  /// The rows of a statement in this database. A text `NULL` reads as null.
  public func query(_ sql: String) throws -> [[String?]] {
    try server.query("USE `\(name)`;\n" + sql)
  }

  /// Its tables, without views.
  public func tables() throws -> [String] {
    try query(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 1"
    ).compactMap { $0[0] }
  }

  /// The columns of a table's primary key, in the key's order.
  public func primaryKey(of table: String) throws -> [String] {
    try query(
      "SELECT column_name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = '\(table)'"
        + " AND index_name = 'PRIMARY' ORDER BY seq_in_index"
    ).compactMap { $0[0] }
  }

  /// The number of rows of a table.
  public func count(_ table: String) throws -> Int {
    let rows = try query("SELECT COUNT(*) FROM `\(table.replacing("`", with: "``"))`")
    guard let count = rows.first?.first.flatMap({ $0 }).flatMap({ Int($0) }) else { throw TestFailure("no count of \(table)") }
    return count
  }
}
