/// One source table and the target that it goes to.
public struct TablePlan: Sendable, Hashable, Codable {
  /// Tells it from all others of a job: a source may go to several targets, and a target may take several sources.
  public struct ID: Hashable, Sendable, Codable, CustomStringConvertible {
    public let source: TableID
    public let target: TableID

    public init(source: TableID, target: TableID) {
      self.source = source
      self.target = target
    }

    public var description: String { "\(source) to \(target)" }
  }

  public let source: TableDefinition
  public let target: TargetTable
  /// The source's table as it leaves its routes and T-nodes; `nil` when they leave it as it is.
  public let shaped: TableDefinition?
  /// For each target column the column of `rows` that fills it, where that is not simply the one of its name; an empty name for none.
  public let links: [String: String]?
  /// Columns that the source has dropped and that T-nodes still name: they read NULL there.
  public let kept: [ColumnDefinition]?
  /// Constants, as text, of target columns that a table sharing the target has and this one does not: what the statement that added them gave
  /// to rows from before.
  public let fills: [String: String]?
  /// Whether the table's T-nodes need to know of each update how the row was before; `nil` for not.
  public let needsImagesBefore: Bool?

  public init(
    source: TableDefinition, target: TargetTable, shaped: TableDefinition? = nil, links: [String: String]? = nil,
    kept: [ColumnDefinition]? = nil, fills: [String: String]? = nil, needsImagesBefore: Bool? = nil
  ) {
    self.source = source
    self.target = target
    self.shaped = shaped == source ? nil : shaped
    self.links = links?.isEmpty == false ? links : nil
    self.kept = kept?.isEmpty == false ? kept : nil
    self.fills = fills?.isEmpty == false ? fills : nil
    self.needsImagesBefore = needsImagesBefore == true ? true : nil
  }

  public var id: ID { ID(source: source.id, target: target.id) }

  /// The table whose rows fill the target.
  public var rows: TableDefinition { shaped ?? source }

  /// The column of `rows` that fills a target column; `nil` when none does and it reads NULL.
  public func sourceColumn(of target: String) -> String? {
    let name = links?[target] ?? target
    return name.isEmpty ? nil : name
  }

  /// The target column that a column of `rows` fills.
  public func targetColumn(of source: String) -> String? {
    target.columns.first { sourceColumn(of: $0.name) == source }?.name
  }

  /// Whether a column of this table fills that target column.
  public func fillsColumn(_ target: String) -> Bool {
    sourceColumn(of: target).map { rows.columnIndex($0) != nil } ?? false
  }

  /// The same with another target, in which columns may have the names that other tables give them: the table's own fill those that differ from
  /// them only in case.
  public func replacingTarget(_ target: TargetTable) -> TablePlan {
    var links = links ?? [:]
    let filled = Set(target.columns.compactMap { links[$0.name] ?? (rows.columnIndex($0.name) == nil ? nil : $0.name) })
    for column in target.columns where links[column.name] == nil && rows.columnIndex(column.name) == nil {
      guard let place = rows.indexInAnyCase(of: column.name), !filled.contains(rows.columns[place].name) else { continue }
      links[column.name] = rows.columns[place].name
    }
    return TablePlan(
      source: source, target: target, shaped: shaped, links: links, kept: kept, fills: fills, needsImagesBefore: needsImagesBefore)
  }

  /// The plan when the target changes because of another table that shares it. `fills` are constants of columns that come to it.
  public func following(_ changes: [TargetChange], fills: [String: String] = [:]) -> TablePlan {
    var links = links ?? [:]
    var constants = self.fills ?? [:]
    for change in changes {
      switch change {
      case .renameColumn(let from, let to):
        let source = sourceColumn(of: from) ?? ""
        links[from] = nil
        links[to] = source == to ? nil : source
        constants[to] = constants.removeValue(forKey: from)
      case .dropColumn(let name):
        links[name] = nil
        constants[name] = nil
      case .addColumn(let column, _, _):
        if let fill = fills[column.name] { constants[column.name] = fill }
      default: break
      }
    }
    return TablePlan(
      source: source, target: target.applying(changes), shaped: shaped, links: links, kept: kept, fills: constants,
      needsImagesBefore: needsImagesBefore)
  }
}
