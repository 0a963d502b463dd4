/// The columns that nodes and routes have met in the tables of a job, to find names that no table has.
struct SeenColumns {
  /// Of each table, under any of its ways, by the names in lower case.
  private var names: [TableID: [String: String]] = [:]
  /// The tables that reach a route, by its place in the spec.
  private var arrivals: [String: [(table: TableID, findings: ChainFindings)]] = [:]

  mutating func note(_ findings: ChainFindings, of table: TableID, _ route: Route?) {
    names[table, default: [:]].merge(findings.columns) { first, _ in first }
    if let route { arrivals[route.path, default: []].append((table, findings)) }
  }

  /// A name that no table of its rule has, at any node, is a slip. One that an issue of its node tells of is not told again.
  func check(_ rules: [TransformRule], _ tables: [TableDefinition], _ issues: inout [OptionIssue]) {
    for rule in rules {
      let matched = tables.filter { rule.pattern.matches($0.id) }
      guard !matched.isEmpty else { continue }
      let known = matched.reduce(into: [String: String]()) { known, table in
        known.merge(names[table.id] ?? Dictionary(table.columns.map { ($0.name.lowercased(), $0.name) }) { $1 }) { first, _ in first }
      }
      for node in rule.nodes {
        for name in node.transform.namedColumns where known[name.lowercased()] == nil {
          let quoted = JSONText.quoted(name)
          if issues.contains(where: { $0.path.hasPrefix(node.path) && $0.message.contains(quoted) }) { continue }
          issues.append(OptionIssue(node.path, Self.missing("column \(quoted)", name, in: matched.map(\.id), among: known.values.sorted())))
        }
      }
    }
  }

  /// The same for the types that routes give by columns and by the source's types.
  func check(_ routes: [Route], _ issues: inout [OptionIssue]) {
    for route in routes {
      // A route that no table reaches is told of as such.
      guard let arrivals = arrivals[route.path] else { continue }
      let tables = arrivals.map(\.table)
      let columns = arrivals.flatMap { $0.findings.atRoute?.columns ?? [] }
      for name in route.columnTypes.keys.sorted() where !arrivals.contains(where: { $0.findings.mayReachRoute(name) }) {
        let path = OptionIssue.path("\(route.path).columnTypes", key: name)
        issues.append(OptionIssue(path, Self.missing("column \(JSONText.quoted(name))", name, in: tables, among: Self.sorted(columns.map(\.name)))))
      }
      let types = Set(columns.flatMap { Route.typeNames(of: $0) })
      for name in route.sourceTypes.keys.sorted() where !types.contains(Route.typeName(name)) {
        let path = OptionIssue.path("\(route.path).sourceTypes", key: name)
        issues.append(OptionIssue(path, Self.missing("column of the type \(JSONText.quoted(name))", name, in: tables, among: types.sorted())))
      }
    }
  }

  private static func missing(_ what: String, _ name: String, in tables: [TableID], among known: [String]) -> String {
    let nearest = NearestName.of(name, in: known).map { "; did you mean \(JSONText.quoted($0))?" } ?? ""
    return (tables.count == 1 ? "\(tables[0]) has no \(what)" : "none of the \(tables.count) tables has a \(what)") + nearest
  }

  private static func sorted(_ names: [String]) -> [String] { Set(names).sorted() }
}
