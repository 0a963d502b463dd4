/// What comes to light while the nodes of a chain are bound, beside the chain.
struct ChainFindings {
  /// Why nodes do not fit, each with its place. Those that may only be the consequence of another are left out.
  private(set) var faults: [SluiceError] = []
  /// The columns that the table has at any node, by their names in lower case.
  private(set) var columns: [String: String] = [:]
  /// The table as it reaches its route.
  var atRoute: TableDefinition?
  /// Columns that nodes which do not fit would have made, in lower case.
  private var unmade: Set<String> = []

  mutating func note(_ table: TableDefinition) {
    for column in table.columns { columns[column.name.lowercased()] = column.name }
  }

  /// A node that does not fit the table as it reaches it: the others are looked at as if it were not there.
  mutating func note(_ error: any Error, of node: TransformRule.Node, at table: TableDefinition) {
    let missing = node.transform.namedColumns.filter { table.indexInAnyCase(of: $0) == nil }
    let isConsequence = missing.contains { unmade.contains($0.lowercased()) }
    for name in node.transform.madeColumns {
      unmade.insert(name.lowercased())
      columns[name.lowercased()] = name
    }
    if isConsequence { return }
    var fault = error as? SluiceError ?? SluiceError(.specInvalid, "\(error)", cause: error)
    if fault.place.path == nil { fault.place.path = node.path }
    faults.append(fault.inTable(table.id))
  }

  /// Whether the table could have the column at its route if all nodes fitted.
  func mayReachRoute(_ column: String) -> Bool {
    unmade.contains(column.lowercased()) || atRoute?.indexInAnyCase(of: column) != nil
  }
}
