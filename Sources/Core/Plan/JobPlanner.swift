/// Makes the plan of a job from its spec and the tables that its source found.
///
/// A target has its source's database and name (or the spec's one database), columns, key and comments.
public struct JobPlanner: Sendable {
  private let target: JobSpec.TargetRules
  private let partitionFunctions: [String]

  /// `partitionFunctions` are those that the lake format can partition by, beside columns.
  public init(_ target: JobSpec.TargetRules, partitionFunctions: [String] = []) {
    self.target = target
    self.partitionFunctions = partitionFunctions
  }

  /// The plan of each table. Throws one `spec-invalid` error that lists every rule that does not fit its table.
  public func plan(_ tables: [TableDefinition]) throws -> [TablePlan] {
    var issues: [OptionIssue] = []
    for (index, override) in target.overrides.enumerated() where !tables.contains(where: { override.pattern.matches($0.id) }) {
      let nearest = NearestName.of(override.pattern.text, in: tables.map(\.id.description)).map { "; did you mean \(JSONText.quoted($0))?" }
      issues.append(OptionIssue("$.sink.tables[\(index)].table", "matches none of the tables that are copied\(nearest ?? "")"))
    }
    let plans = tables.map { table in TablePlan(source: table, target: makeTarget(of: table, issues: &issues)) }
    var owners: [TableID: TableID] = [:]
    for plan in plans {
      if let other = owners.updateValue(plan.source.id, forKey: plan.target.id) {
        issues.append(OptionIssue("$.sink.database", "\(other) and \(plan.source.id) would both go to \(plan.target.id)"))
      }
    }
    if let error = OptionIssue.error(issues) { throw error }
    return plans
  }

  /// The plan of a table that joins a job later. Rules that match other tables are not looked at.
  public func plan(_ table: TableDefinition) throws -> TablePlan {
    var issues: [OptionIssue] = []
    let plan = TablePlan(source: table, target: makeTarget(of: table, issues: &issues))
    if let error = OptionIssue.error(issues) { throw error }
    return plan
  }

  private func makeTarget(of table: TableDefinition, issues: inout [OptionIssue]) -> TargetTable {
    let match = target.overrides.firstIndex { $0.pattern.matches(table.id) }
    let own = match.map { target.overrides[$0].layout }
    let partitionBy = own.flatMap { $0.partitionBy.isEmpty ? nil : $0.partitionBy } ?? target.table.partitionBy
    let isOwn = own.map { !$0.partitionBy.isEmpty } ?? false
    let path = match.flatMap { isOwn ? "$.sink.tables[\($0)].partitionBy" : nil } ?? "$.sink.table.partitionBy"
    check(partitionBy, of: table, at: path, issues: &issues)
    return TargetTable(
      id: TableID(database: target.database ?? table.id.database, name: table.id.name),
      columns: table.columns.map { column in
        let isKey = table.primaryKey.contains(column.name)
        return .init(name: column.name, type: column.type, isNullable: column.isNullable && !isKey, comment: column.comment)
      },
      primaryKey: table.primaryKey, partitionKeys: partitionBy, buckets: own?.buckets ?? target.table.buckets,
      estimatedBytes: table.estimatedBytes, comment: table.comment,
      options: target.table.options.merging(own?.options ?? [:]) { $1 })
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
