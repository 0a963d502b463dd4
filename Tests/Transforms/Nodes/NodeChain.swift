import SluiceCore
import SluiceTransforms
import TestKit

private enum NoSource: SourcePlugin {
  static let id = "mysql"
  static let title = "MySQL"
  static let capabilities: Set<SourceCapability> = [.snapshot, .stream]
  static let options: [OptionDefinition] = []
  static func make(_ options: OptionValues) throws -> any Source { throw SluiceError(.defect, "never made") }
}

private enum NoLake: LakePlugin {
  static let id = "paimon"
  static let title = "Paimon"
  static let options: [OptionDefinition] = []
  static func make(_ options: OptionValues, stores: StoreRegistry) throws -> any LakeFormat { throw SluiceError(.defect, "never made") }
}

/// Nodes as a spec writes them, over a table `shop.t`.
enum NodeChain {
  static let table = TableID(database: "shop", name: "t")

  /// The rules of a spec whose only rule has these nodes.
  static func rules(_ nodes: SpecValue, plugins: [any TransformPlugin.Type] = TransformNodes.all, environment: [String: String] = [:]) throws
    -> [TransformRule]
  {
    try spec(["transforms": [["table": "shop.*", "nodes": nodes]]], plugins: plugins, environment: environment).transforms
  }

  /// A spec with more keys.
  static func spec(_ more: SpecValue, plugins: [any TransformPlugin.Type] = TransformNodes.all, environment: [String: String] = [:]) throws
    -> JobSpec
  {
    let spec: SpecValue = ["source": ["type": "mysql", "tables": ["shop.*"]], "sink": ["type": "paimon"]]
    return try JobSpec.read(
      spec.merging(more), plugins: .init(sources: [NoSource.self], lakes: [NoLake.self], transforms: plugins),
      origin: .init(file: "shop.json", job: "shop", folder: "."),
      secrets: .init(environment: { environment[$0] }, file: { _ in nil }))
  }

  static func definition(_ columns: [ColumnDefinition], key: [String]) -> TableDefinition {
    TableDefinition(id: table, columns: columns, primaryKey: key)
  }

  static func column(_ name: String, _ type: DataType, isNullable: Bool = true) -> ColumnDefinition {
    ColumnDefinition(name: name, type: type, nativeType: "\(type)", isNullable: isNullable)
  }
}
