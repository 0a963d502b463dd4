/// One source table and the target that it goes to.
public struct TablePlan: Sendable, Hashable, Codable {
  public let source: TableDefinition
  public let target: TargetTable
  /// For each target column the source column that fills it, where that is not simply the one of its name; an empty name for none.
  public let links: [String: String]?

  public init(source: TableDefinition, target: TargetTable, links: [String: String]? = nil) {
    self.source = source
    self.target = target
    self.links = links?.isEmpty == false ? links : nil
  }

  /// The source column that fills a target column; `nil` when none does and it reads NULL.
  public func sourceColumn(of target: String) -> String? {
    let name = links?[target] ?? target
    return name.isEmpty ? nil : name
  }

  /// The target column that a source column fills.
  public func targetColumn(of source: String) -> String? {
    target.columns.first { sourceColumn(of: $0.name) == source }?.name
  }
}
