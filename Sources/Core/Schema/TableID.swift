/// The name of a table: a database (or schema) and a name, exactly as the server spells them.
public struct TableID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public let database: String
  public let name: String

  public init(database: String, name: String) {
    self.database = database
    self.name = name
  }

  public var description: String { "\(database).\(name)" }

  public static func < (left: TableID, right: TableID) -> Bool {
    (left.database, left.name) < (right.database, right.name)
  }
}
