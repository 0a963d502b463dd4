/// The columns that nodes have met in the tables of a job, to find names that no table has.
struct SeenColumns {
  private var names: Set<String> = []

  mutating func note(_ chain: TransformChain) {
    names.formUnion(chain.input.columns.map(\.name))
    for step in chain.steps { names.formUnion(step.bound.output.columns.map(\.name)) }
  }

  /// A name that no table of its rule has, at any node, is a slip.
  func check(_ rules: [TransformRule], _ tables: [TableDefinition], _ issues: inout [OptionIssue]) {
    for rule in rules {
      let matched = tables.filter { rule.pattern.matches($0.id) }
      guard !matched.isEmpty else { continue }
      let made = names.subtracting(tables.flatMap { $0.columns.map(\.name) })
      let known = made.union(matched.flatMap { $0.columns.map(\.name) })
      for node in rule.nodes {
        for name in node.transform.namedColumns where !known.contains(name) {
          let nearest = NearestName.of(name, in: known.sorted()).map { "; did you mean \(JSONText.quoted($0))?" } ?? ""
          let whom = matched.count == 1 ? "\(matched[0].id) has no column" : "none of the \(matched.count) tables has a column"
          issues.append(OptionIssue(node.path, "\(whom) \(JSONText.quoted(name))\(nearest)"))
        }
      }
    }
  }
}
