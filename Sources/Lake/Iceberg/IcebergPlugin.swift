public import SluiceCore

/// Apache Iceberg tables of a file-system, SQL or REST catalog.
public enum IcebergPlugin: LakePlugin {
  public static let id = "iceberg"
  public static let title = "Apache Iceberg"
  public static var options: [OptionDefinition] { IcebergOptions.definitions }
  public static let partitionFunctions = IcebergPartitionBy.functions

  public static func make(_ options: OptionValues, stores: StoreRegistry) throws -> any LakeFormat {
    let options = try IcebergOptions(options)
    return IcebergFormat(catalog: try catalog(options, stores), stores: stores, options: options)
  }

  private static func catalog(_ options: IcebergOptions, _ stores: StoreRegistry) throws -> any IcebergCatalog {
    if case .rest(let rest) = options.catalog {
      guard let http = stores.http else { throw SluiceError(.defect, "there is no client for a REST catalog") }
      return RESTCatalog(rest, http: http)
    }
    let warehouse = options.warehouse ?? ""
    let (store, path) = try stores.open(warehouse)
    let files = IcebergFiles(store: store, warehouse: warehouse)
    guard case .sql(let database, let name) = options.catalog else { return FileSystemIcebergCatalog(files: files, warehouse: path) }
    return try SQLCatalog(path: database, name: name, files: files, warehouse: path)
  }
}
