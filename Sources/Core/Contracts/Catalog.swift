/// Knows which tables exist and where, and makes a new snapshot the current one.
///
/// The file-system catalog keeps all of it in the warehouse's folders; a REST or Hive catalog asks its server.
/// Calls block, may be made from any thread, and are safe to repeat.
public protocol Catalog: Sendable {
  /// Makes the database unless it exists.
  func createDatabase(_ name: String) throws

  /// The folder of a table; `nil` when the catalog has no such table.
  func location(of table: TableID) throws -> String?

  /// Registers a new table whose first metadata is `metadata`, and returns its folder. Of several callers one
  /// succeeds, the others get `target-conflict`.
  func createTable(_ table: TableID, metadata: [UInt8]) throws -> String

  func tables(in database: String) throws -> [TableID]

  /// Makes `snapshot` number `number` of the table unless that number is taken; `false` when it is.
  /// On `true` it is durable and visible to every reader.
  func publish(snapshot: [UInt8], number: Int64, of table: TableID) throws -> Bool
}
