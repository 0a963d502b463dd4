/// The key that a route gives, followed from the target back to the source: what its columns are called at each node.
///
/// Nodes treat columns of the key with more care (a mask must not make two rows one, a value that cannot be made fails even a delete), and the key that
/// counts is the target's.
struct TracedKey {
  /// Whether the target has another key than the source.
  let isAnother: Bool
  /// By the number of the node; `nil` where the table does not have all columns of the key, which a later node makes.
  private var keys: [[String]?] = []

  init(_ route: Route?, back nodes: [TransformRule.Node], to table: TableDefinition) {
    guard let route, !route.key.isEmpty else {
      isAnother = false
      return
    }
    isAnother = true
    // What a node calls its columns does not depend on the key; one that does not fit is told by the chain.
    var tables = [table]
    var renames: [[String: String]] = []
    for node in nodes {
      let bound = try? node.transform.bind(to: tables[tables.count - 1])
      renames.append(bound?.renamedColumns ?? [:])
      tables.append(bound?.output ?? tables[tables.count - 1])
    }
    keys = [[String]?](repeating: nil, count: tables.count)
    // What the route adds itself is nobody's before.
    let added = (route.addsShardColumns ? [Route.shardDatabase, Route.shardTable] : []) + route.metadata.map(\.column)
    var names = route.key.filter { name in !added.contains { $0.lowercased() == name.lowercased() } }
    for index in tables.indices.reversed() {
      let found = names.compactMap { tables[index].indexInAnyCase(of: $0).map { tables[index].columns[$0].name } }
      guard found.count == names.count else { return }
      keys[index] = found
      if index > 0 { names = found.map { renames[index - 1][$0] ?? $0 } }
    }
  }

  /// The key of a table as it reaches the node of that number; `nil` where it keeps the one that it has.
  func key(at index: Int) -> [String]? { index < keys.count ? keys[index] : nil }
}
