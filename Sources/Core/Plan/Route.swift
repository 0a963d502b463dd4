/// Where the tables that match a pattern go, and what the target is beside what the table is.
public struct Route: Sendable {
  public enum LetterCase: String, CaseIterable, Sendable {
    case keep, lower, upper
  }

  /// Its place in the spec: `$.routes[0]`.
  public let path: String
  public let from: TablePattern
  public let to: NameTemplate
  public var prefix = ""
  public var suffix = ""
  public var letterCase = LetterCase.keep
  /// Whether a table that it matches goes to later routes' targets, too.
  public var isFanOut = false
  /// Source database and table become columns, first in the key: rows of different sources never take each other's place.
  public var addsShardColumns = false
  /// Metadata that become columns, in the order of the columns.
  public var metadata: [(column: String, value: MetadataColumn)] = []
  /// Columns of the target's key, in any case; empty takes the source's.
  public var key: [String] = []
  /// How the target is laid out; goes before `sink.tables` and `sink.table`.
  public var layout = JobSpec.TableLayout(buckets: nil, partitionBy: [], options: [:])
  /// Types of columns by their names, and by the source's own spelling of the type with or without what stands in parentheses; in any case.
  public var columnTypes: [String: DataType] = [:]
  public var sourceTypes: [String: DataType] = [:]

  public static let shardDatabase = "shard_database"
  public static let shardTable = "shard_table"

  public init(path: String, from: TablePattern, to: NameTemplate) {
    self.path = path
    self.from = from
    self.to = to
  }

  /// Whether rows leave the route with other columns, another key or other types.
  var changesRows: Bool { addsShardColumns || !metadata.isEmpty || !key.isEmpty || !columnTypes.isEmpty || !sourceTypes.isEmpty }

  /// The spelling of a source's type by which types are compared: `DECIMAL (10, 2)` is `decimal(10,2)`.
  static func typeName(_ text: String) -> String {
    var name = ""
    for character in text.lowercased() {
      if "(,)".contains(character) { while name.last == " " { name.removeLast() } }
      if character == " ", name.isEmpty || " (,".contains(name.suffix(1)) { continue }
      name.append(character)
    }
    return name
  }

  /// The names by which `sourceTypes` may mean the column: the type as the source spells it, and without what comes after its first word.
  static func typeNames(of column: ColumnDefinition) -> [String] {
    let native = typeName(column.nativeType)
    return [native, String(native.prefix { $0 != "(" && $0 != " " })]
  }

  /// The target of `table`; `nil` when it does not match. `foldsCase` off gives the name that the table would have without folding.
  func target(of table: TableID, database: String?, foldsCase: Bool = true) -> TableID? {
    guard let groups = from.groups(of: table) else { return nil }
    let made = to.name(for: table, groups: groups, database: database)
    let name = TableID(database: made.database, name: prefix + made.name + suffix)
    guard foldsCase else { return name }
    switch letterCase {
    case .keep: return name
    case .lower: return TableID(database: name.database.lowercased(), name: name.name.lowercased())
    case .upper: return TableID(database: name.database.uppercased(), name: name.name.uppercased())
    }
  }
}

/// All routes of a job, in order, and what becomes of tables that match none.
public struct RouteRules: Sendable {
  public enum Unrouted: String, CaseIterable, Sendable {
    /// They go where they would without routes.
    case keep
    /// They are not copied.
    case drop
    /// The job does not start.
    case error
  }

  public var routes: [Route]
  public var unrouted: Unrouted

  public init(_ routes: [Route] = [], unrouted: Unrouted = .keep) {
    self.routes = routes
    self.unrouted = unrouted
  }

  /// The routes that a table takes: the first that matches, and those after it as long as the one before lets the table go on.
  func routes(of table: TableID) -> [Route] {
    var taken: [Route] = []
    for route in routes where route.from.groups(of: table) != nil {
      taken.append(route)
      if !route.isFanOut { break }
    }
    return taken
  }
}
