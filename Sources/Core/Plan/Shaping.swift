/// What a spec says happens to tables between source and lake: routes and T-nodes.
public struct Shaping: Sendable {
  public let routes: RouteRules
  public let rules: [TransformRule]
  /// The database of targets that no route names one for; `nil` keeps the source's.
  private let database: String?

  public init(routes: RouteRules = RouteRules(), rules: [TransformRule] = [], database: String? = nil) {
    self.routes = routes
    self.rules = rules
    self.database = database
  }

  /// One way that a table takes.
  public struct Way: Sendable {
    public let target: TableID
    /// `nil` for a table that no route matches.
    public let route: Route?
  }

  /// The ways of a table, none for one that is left out.
  public func ways(of table: TableID) -> [Way] {
    let taken = routes.routes(of: table)
    if taken.isEmpty {
      return routes.unrouted == .keep ? [Way(target: TableID(database: database ?? table.database, name: table.name), route: nil)] : []
    }
    return taken.compactMap { route in route.target(of: table, database: database).map { Way(target: $0, route: route) } }
  }

  /// The nodes of a way for one version of the table's definition.
  public func chain(of table: TableDefinition, on way: Way, keeping: [ColumnDefinition] = []) throws -> TransformChain {
    try TransformChain(rules, route: way.route, for: table, keeping: keeping)
  }

  /// The nodes that a plan was made with. A failure when the spec's do not fit the plan's table; throws `state-foreign` when they fit and make
  /// other rows of it than the plan says.
  public func chain(of plan: TablePlan) throws -> Result<TransformChain, SluiceError> {
    guard let way = ways(of: plan.source.id).first(where: { $0.target == plan.target.id }) else {
      throw SluiceError(.stateForeign, "the spec no longer routes the table to \(plan.target.id)", at: .init(table: plan.source.id))
    }
    let chain: TransformChain
    do {
      chain = try self.chain(of: plan.source, on: way, keeping: plan.kept ?? [])
    } catch let error as SluiceError {
      return .failure(error)
    }
    guard chain.output.hasSameRows(as: plan.rows) else {
      throw SluiceError(
        .stateForeign, "the spec's routes and T-nodes give \(plan.target.id) other columns than it was made with", at: .init(table: plan.source.id),
        remedy: "Put them back, or remove the job's state folder and the table to load it anew.")
    }
    return .success(chain)
  }
}

extension TableDefinition {
  /// Whether rows of both have the same columns and the same key.
  func hasSameRows(as other: TableDefinition) -> Bool {
    primaryKey == other.primaryKey && columns.map(\.name) == other.columns.map(\.name) && columns.map(\.type) == other.columns.map(\.type)
  }
}
