/// The T-nodes that one version of one source table's definition goes through. Thread-safe; without steps it costs nothing.
public struct TransformChain: Sendable {
  /// A bound node.
  public struct Step: Sendable {
    public let node: TransformRule.Node
    /// The table as it reaches the node, with the key that its target is to have where the table has all of its columns there.
    public let input: TableDefinition
    public let bound: any BoundTransform
  }

  public let steps: [Step]
  /// The source's table, with columns that it no longer has behind its own where nodes still need them: those read NULL.
  public let input: TableDefinition
  /// The type of each such column.
  private let kept: [DataType]
  /// The table as it leaves the last node.
  public let output: TableDefinition
  /// For each output column that carries on a source column: which.
  public let origins: [String: String]
  /// Columns whose values must not be shown, by what the nodes say, under each name that they have on their way.
  public let sensitiveColumns: Set<String>
  /// Columns of `input` by whose values rows are left out.
  public let decidingColumns: Set<String>
  /// Whether nodes need to know of each update how the row was before: a row that a condition keeps out of the lake must not come in when it is
  /// deleted, where deleted rows are kept.
  public let needsImagesBefore: Bool

  /// Binds the nodes of all `rules` that match the table, then what `route` adds. Throws `spec-invalid` with the node's path where one does not
  /// fit. `keeping` are columns that the source has dropped.
  public init(_ rules: [TransformRule], route: Route? = nil, for table: TableDefinition, keeping: [ColumnDefinition] = []) throws {
    var findings = ChainFindings()
    self.init(rules, route: route, for: table, keeping: keeping, &findings)
    if let fault = findings.faults.first { throw fault }
  }

  /// The same without the nodes that do not fit: `findings` tells of all of them.
  init(
    _ rules: [TransformRule], route: Route?, for table: TableDefinition, keeping: [ColumnDefinition] = [], _ findings: inout ChainFindings
  ) {
    var steps: [Step] = []
    let input = table.appending(keeping)
    var current = input
    var origins = Dictionary(table.columns.map { ($0.name, $0.name) }) { first, _ in first }
    var inputs = Dictionary(input.columns.map { ($0.name, $0.name) }) { first, _ in first }
    var deciding: Set<String> = []
    var needsImagesBefore = false
    var nodes = rules.filter { $0.pattern.matches(table.id) }.flatMap(\.nodes)
    let keys = TracedKey(route, back: nodes, to: input)
    findings.note(input)
    if let route { nodes.append(.init(id: "route", path: route.path, transform: RouteColumns(route: route))) }
    for (index, node) in nodes.enumerated() {
      if let key = keys.key(at: index) { current = current.replacingKey(key) }
      if index == nodes.count - 1, route != nil { findings.atRoute = current }
      do {
        guard let bound = try node.transform.bind(to: current) else { continue }
        try Self.check(bound.output, hasKey: !keys.isAnother || index == nodes.count - 1)
        steps.append(Step(node: node, input: current, bound: bound))
        current = bound.output
        if bound.keepsDeletedRows, !deciding.isEmpty { needsImagesBefore = true }
        deciding.formUnion(bound.decidingColumns.compactMap { inputs[$0] })
        func carriedOn(_ names: [String: String]) -> [String: String] {
          current.columns.reduce(into: [:]) { $0[$1.name] = names[bound.renamedColumns[$1.name] ?? $1.name] }
        }
        (origins, inputs) = (carriedOn(origins), carriedOn(inputs))
        if findings.atRoute == nil { findings.note(current) }
      } catch {
        findings.note(error, of: node, at: current)
      }
    }
    self.steps = steps
    self.origins = origins
    decidingColumns = deciding
    self.needsImagesBefore = needsImagesBefore
    sensitiveColumns = steps.reversed().reduce(into: []) { names, step in
      names.formUnion(names.compactMap { step.bound.renamedColumns[$0] })
      names.formUnion(step.bound.sensitiveColumns)
    }
    self.input = input
    kept = keeping.map(\.type)
    output = current
  }

  /// Whether the lake keeps rows that are nowhere at the source any more.
  public var keepsDeletedRows: Bool { steps.contains(where: \.bound.keepsDeletedRows) }

  /// Whether rows leave it as they come.
  public var isEmpty: Bool { steps.isEmpty }

  /// The rows of `batch`, which has the source's columns, as they leave the chain. Rows that a node left out are told with the node and the
  /// batch as it reached the node.
  public func apply(_ batch: ChangeBatch, failed: (Step, [RowFailure], ChangeBatch) throws -> Void) throws -> ChangeBatch {
    var current = batch
    if !kept.isEmpty {
      let nulls = kept.map { Column.nulls(of: $0, count: batch.rowCount) }
      current = batch.replacingRows(Batch(columns: batch.rows.columns + nulls, rowCount: batch.rowCount))
    }
    for step in steps {
      var failures: [RowFailure] = []
      let next = try step.bound.apply(current, failures: &failures)
      guard next.rows.columns.count == step.bound.output.columns.count else {
        throw SluiceError(.defect, "\(step.node.id) hands over other columns than it says", at: .init(table: batch.table, path: step.node.path))
      }
      if !failures.isEmpty { try failed(step, failures, current) }
      current = next
    }
    return current
  }

  /// What a node makes of a table must be one. Readers of lakes look for names in any case, as the source does.
  private static func check(_ table: TableDefinition, hasKey: Bool) throws {
    var names: [String: String] = [:]
    for column in table.columns {
      guard let other = names.updateValue(column.name, forKey: column.name.lowercased()) else { continue }
      let spelling = other == column.name ? "" : "; names that differ only in their case are one: there is \(JSONText.quoted(other))"
      throw SluiceError(.specInvalid, "two columns would have the name \(JSONText.quoted(column.name))\(spelling)", at: .init(column: column.name))
    }
    if table.columns.isEmpty { throw SluiceError(.specInvalid, "no column would be left") }
    for name in table.primaryKey where hasKey && table.columnIndex(name) == nil {
      throw SluiceError(
        .specInvalid, "the key column \(JSONText.quoted(name)) would be gone", at: .init(column: name),
        remedy: "Keep the key's columns, or name another key for the target in `routes`.")
    }
  }
}
