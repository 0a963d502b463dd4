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

  /// Runs statements in this database, with all rights.
  public func execute(_ sql: String) throws {
    try server.execute("USE `\(name)`;\n" + sql)
  }

  /// The rows of a statement in this database. A text `NULL` reads as null.
  public func query(_ sql: String) throws -> [[String?]] {
    try server.query("USE `\(name)`;\n" + sql)
  }

  /// The number of rows of a table.
  public func count(_ table: String) throws -> Int {
    let rows = try query("SELECT COUNT(*) FROM `\(table.replacing("`", with: "``"))`")
    guard let count = rows.first?.first.flatMap({ $0 }).flatMap({ Int($0) }) else { throw TestFailure("no count of \(table)") }
    return count
  }
}
