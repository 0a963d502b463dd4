public import SluiceCore

/// The T-nodes that are built in.
public enum TransformNodes {
  /// In the order of the reference page.
  public static let all: [any TransformPlugin.Type] = [
    FilterNode.self, DMLNode.self, LogicalDeleteNode.self, SelectNode.self, DropNode.self, RenameNode.self, CastNode.self, AddColumnsNode.self,
    DefaultNode.self, TrimNode.self, ReplaceNode.self, MaskNode.self, ParseJSONNode.self,
  ]
}
