extension JobSpec {
  /// The key `transforms`, whose nodes are plug-ins.
  static func transformOption(_ plugins: Plugins) -> OptionDefinition {
    let variants = plugins.transforms.map { OptionVariant(id: $0.id, title: $0.title, options: $0.options) }
    return OptionDefinition(
      "transforms",
      .list(
        .object([
          .init("table", .string, required: true, help: "The source tables that this is for, as in `source.tables`."),
          .init("nodes", .list(.variant(variants)), required: true, help: "T-nodes, in the order in which rows go through them."),
        ])),
      default: .array([]),
      help: "What is done to rows on their way, in the copy and in the stream alike. All rules that match a table apply, in this order.")
  }

  static func readTransforms(_ top: OptionValues, _ plugins: Plugins, parser: inout OptionParser) -> [TransformRule] {
    var rules: [TransformRule] = []
    for (index, item) in top.list("transforms").enumerated() {
      guard case .object(let members) = item, let text = members.string("table") else { continue }
      let path = "$.transforms[\(index)]"
      var nodes: [TransformRule.Node] = []
      for (number, node) in members.list("nodes").enumerated() {
        guard case .variant(let id, let options) = node, let plugin = plugins.transforms.first(where: { $0.id == id }) else { continue }
        let place = OptionIssue.path("\(path).nodes[\(number)]", key: id)
        do {
          // Options that are wrong by their definitions have been told; a node cannot be made from them.
          guard !parser.issues.contains(where: { $0.path.hasPrefix(place) }) else { continue }
          nodes.append(.init(id: id, path: place, transform: try plugin.make(options, at: place)))
        } catch let error as OptionIssues {
          for issue in error.issues { parser.report(issue.path, issue.message) }
        } catch {
          parser.report(place, "\(error)")
        }
      }
      if let pattern = readPattern(text, at: "\(path).table", parser: &parser) { rules.append(TransformRule(pattern: pattern, nodes: nodes)) }
    }
    return rules
  }
}
