/// Makes the plan of a job from its spec and the tables that its source found.
///
/// A target has what its source has after routes and T-nodes: columns, key and comments. A target of several sources has the widest of all.
public struct JobPlanner: Sendable {
  private let target: JobSpec.TargetRules
  public let shaping: Shaping
  private let partitionFunctions: [String]
  private let refusal: @Sendable (TargetTable) -> String?

  /// `partitionFunctions` are those that the lake format can partition by, beside columns; `refusal` says why it cannot have a table.
  public init(
    _ target: JobSpec.TargetRules, shaping: Shaping? = nil, partitionFunctions: [String] = [],
    refusal: @escaping @Sendable (TargetTable) -> String? = { _ in nil }
  ) {
    self.refusal = refusal
    self.target = target
    self.shaping = shaping ?? Shaping(database: target.database)
    self.partitionFunctions = partitionFunctions
  }

  /// The plans of all tables. Throws one `spec-invalid` error that lists everything that does not fit.
  ///
  /// `known` are plans that a job has begun with: they stay as they are, and what they no longer fit is told by the log and not here.
  public func plan(_ tables: [TableDefinition], known: [TablePlan] = []) throws -> [TablePlan] {
    var issues: [OptionIssue] = []
    if !tables.isEmpty, known.isEmpty { checkRules(tables, &issues) }
    var groups = TargetGroups(known)
    var names = SeenColumns()
    for table in tables {
      let ways = shaping.ways(of: table.id)
      if ways.isEmpty, shaping.routes.unrouted == .error { issues.append(OptionIssue("$.unrouted", "no route matches \(table.id)")) }
      if ways.count > 1, table.primaryKey.isEmpty {
        issues.append(OptionIssue(ways[1].route?.path ?? "$.routes", "\(table.id) has no key, and a table without a key goes to one target only"))
      }
      for way in ways where !groups.isKnown(.init(source: table.id, target: way.target)) {
        guard let plan = makePlan(table, way, &names, &issues) else { continue }
        groups.add(plan, way, &issues)
      }
    }
    if !tables.isEmpty, known.isEmpty {
      names.check(shaping.rules, tables, &issues)
      names.check(shaping.routes.routes, &issues)
    }
    groups.check(refusal, &issues)
    if let error = Self.error(issues) { throw error }
    return groups.plans
  }

  /// The plans of a table that joins a job later, each with the target that it would have alone. Rules that match other tables are not looked
  /// at.
  public func plan(_ table: TableDefinition) throws -> [TablePlan] {
    var issues: [OptionIssue] = []
    var names = SeenColumns()
    let plans = shaping.ways(of: table.id).compactMap { makePlan(table, $0, &names, &issues) }
    if let error = Self.error(issues) { throw error.inTable(table.id) }
    return plans
  }

  /// Each issue once: several ways of a table have the same nodes.
  private static func error(_ issues: [OptionIssue]) -> SluiceError? {
    var told: Set<OptionIssue> = []
    return OptionIssue.error(issues.filter { told.insert($0).inserted })
  }

  private func makePlan(_ table: TableDefinition, _ way: Shaping.Way, _ names: inout SeenColumns, _ issues: inout [OptionIssue]) -> TablePlan? {
    if let why = Self.refusal(of: way.target) {
      issues.append(OptionIssue(way.route.map { "\($0.path).to" } ?? "$.sink.database", "\(table.id) would go to \(way.target), \(why)"))
      return nil
    }
    var findings = ChainFindings()
    let chain = TransformChain(shaping.rules, route: way.route, for: table, &findings)
    names.note(findings, of: table.id, way.route)
    for fault in findings.faults {
      let place = [fault.place.column.map { "column \($0)" }, fault.place.position].compactMap { $0.map { "\($0): " } }.joined()
      issues.append(OptionIssue(fault.place.path ?? "$.transforms", "\(table.id): \(place)\(fault.message)"))
    }
    guard findings.faults.isEmpty else { return nil }
    return TablePlan(
      source: table, target: makeTarget(of: chain.output, way, issues: &issues), shaped: chain.isEmpty ? nil : chain.output,
      needsImagesBefore: chain.needsImagesBefore)
  }

  /// Rules that match no table were meant for another.
  private func checkRules(_ tables: [TableDefinition], _ issues: inout [OptionIssue]) {
    func check(_ pattern: TablePattern, _ path: String) {
      guard !tables.contains(where: { pattern.matches($0.id) }) else { return }
      let nearest = NearestName.of(pattern.text, in: tables.map(\.id.description)).map { "; did you mean \(JSONText.quoted($0))?" }
      issues.append(OptionIssue(path, "matches none of the tables that are copied\(nearest ?? "")"))
    }
    for (index, override) in target.overrides.enumerated() { check(override.pattern, "$.sink.tables[\(index)].table") }
    for (index, rule) in shaping.rules.enumerated() { check(rule.pattern, "$.transforms[\(index)].table") }
    for route in shaping.routes.routes { check(route.from, "\(route.path).from") }
  }

  /// Why no table can have that name, wherever it comes from.
  private static func refusal(of name: TableID) -> String? {
    for part in [name.database, name.name] {
      if part.isEmpty { return "which is no name" }
      if part == "." || part == ".." || part.unicodeScalars.contains(where: { $0.value < 32 || $0 == "/" || $0 == "\\" }) {
        return "which cannot be the name of a table: it has a slash or a control character"
      }
      if part.utf8.count > 255 { return "which is too long" }
    }
    return nil
  }

  private func makeTarget(of table: TableDefinition, _ way: Shaping.Way, issues: inout [OptionIssue]) -> TargetTable {
    let match = target.overrides.firstIndex { $0.pattern.matches(table.id) }
    let own = match.map { target.overrides[$0].layout }
    // The nearest word counts, and its place is what an issue names.
    let places: [(path: String, layout: JobSpec.TableLayout?)] = [
      (way.route?.path ?? "", way.route?.layout), (match.map { "$.sink.tables[\($0)]" } ?? "", own), ("$.sink.table", target.table),
    ]
    let partition = places.first { $0.layout?.partitionBy.isEmpty == false }
    let partitionBy = partition?.layout?.partitionBy ?? []
    check(partitionBy, of: table, at: "\(partition?.path ?? "$.sink.table").partitionBy", issues: &issues)
    return TargetTable(
      id: way.target,
      columns: table.columns.map { column in
        let isKey = table.primaryKey.contains(column.name)
        return .init(name: column.name, type: column.type, isNullable: column.isNullable && !isKey, comment: column.comment)
      },
      primaryKey: table.primaryKey, partitionKeys: partitionBy, buckets: places.compactMap { $0.layout?.buckets }.first,
      estimatedBytes: table.estimatedBytes, comment: table.comment,
      options: places.reversed().reduce(into: [:]) { $0.merge($1.layout?.options ?? [:]) { $1 } })
  }

  private func check(_ partitionBy: [String], of table: TableDefinition, at path: String, issues: inout [OptionIssue]) {
    for text in partitionBy {
      let expression = PartitionExpression(text) { table.columnIndex($0) != nil }
      guard let name = expression?.column else {
        let nearest = NearestName.of(text, in: table.columns.map(\.name)).map { "; did you mean \(JSONText.quoted($0))?" } ?? ""
        issues.append(OptionIssue(path, "\(table.id) has no column \(JSONText.quoted(text))\(nearest)"))
        continue
      }
      if let function = expression?.function, !partitionFunctions.contains(function) {
        let allowed = partitionFunctions.isEmpty ? "" : " and \(partitionFunctions.joined(separator: ", ")) of one"
        issues.append(OptionIssue(path, "found \(JSONText.quoted(text)), allowed are columns\(allowed)"))
      } else if !table.primaryKey.isEmpty, !table.primaryKey.contains(name) {
        let key = table.primaryKey.joined(separator: ", ")
        issues.append(OptionIssue(path, "\(JSONText.quoted(name)) is not in the primary key of \(table.id): \(key)"))
      }
    }
  }
}
