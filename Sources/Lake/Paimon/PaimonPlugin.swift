public import SluiceCore

/// Apache Paimon tables in a warehouse folder.
public enum PaimonPlugin: LakePlugin {
  public static let id = "paimon"
  public static let title = "Apache Paimon"
  public static var options: [OptionDefinition] { PaimonOptions.definitions }

  public static func make(_ options: OptionValues, stores: StoreRegistry) throws -> any LakeFormat {
    let options = try PaimonOptions(options)
    let (store, path) = try stores.open(options.warehouse)
    return PaimonFormat(store: store, warehouse: path, options: options)
  }
}
