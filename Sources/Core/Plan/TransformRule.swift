/// T-nodes for the tables that match a pattern. All rules that match a table apply to it, in the order of the spec.
public struct TransformRule: Sendable {
  public let pattern: TablePattern
  public let nodes: [Node]

  /// A node with its place in the spec.
  public struct Node: Sendable {
    /// The plug-in's id: `mask`.
    public let id: String
    /// `$.transforms[0].nodes[2].mask`.
    public let path: String
    public let transform: any Transform

    public init(id: String, path: String, transform: any Transform) {
      self.id = id
      self.path = path
      self.transform = transform
    }
  }

  public init(pattern: TablePattern, nodes: [Node]) {
    self.pattern = pattern
    self.nodes = nodes
  }
}
