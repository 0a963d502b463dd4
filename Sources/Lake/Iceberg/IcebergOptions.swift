internal import SluiceCore

/// The options of `"sink": {"type": "iceberg", …}` beside those that every sink has.
struct IcebergOptions: Sendable {
  /// Where tables are registered.
  enum Catalog: Sendable {
    case fileSystem
    case sql(path: String, name: String)
    case rest(RESTOptions)
  }

  /// What `write.target-file-size-bytes` means when a table does not set it.
  static let defaultTargetFileSize = 128 << 20

  private static let fileSystem = "filesystem"
  private static let defaultName = "sluice"

  static var definitions: [OptionDefinition] {
    [
      OptionDefinition(
        "warehouse", .string, help: "Folder of the lake: a path or a file:// URI. With a REST catalog what its server knows the warehouse by."),
      OptionDefinition(
        "catalog",
        .object(
          [
            OptionDefinition(
              "type", .choice([fileSystem, "sql", "rest"]), default: .string(fileSystem),
              help: "Where tables are registered: in the warehouse's folders, in a database, or with a server."),
            OptionDefinition(
              "uri", .string,
              help: "sql: the SQLite database, `sqlite:////path/to/catalog.db` or a path. rest: address of the server, without `/v1`."),
            OptionDefinition("name", .string, default: .string(defaultName), help: "sql: name of the catalog in its database."),
          ] + RESTOptions.definitions.filter { $0.name != "uri" }), help: "Who knows which tables there are."),
      OptionDefinition(
        "table",
        .object([
          OptionDefinition("formatVersion", .integer(TableMetadata.supportedVersions), default: .integer(3), help: "Format version of new tables."),
          OptionDefinition(
            "bucket", .integer(1...32768),
            help: "Number of buckets by which rows of one partition are spread over writers and files. Without it, one for each 512 MiB at the "
              + "source, as a power of two up to 1024."),
          OptionDefinition(
            "mode", .choice(IcebergMode.allCases.map(\.rawValue)), default: .string(IcebergMode.mergeOnWrite.rawValue),
            help: "How changes reach tables with a key: old rows are found and marked when changes are written (deletion vectors, or position "
              + "deletes with format version 2), or readers compare keys until maintenance has found them."),
          OptionDefinition(
            "partitionBy", .list(.string), default: .array([]),
            help: "Partition columns, or functions of them: `day(created)`, `bucket(16, id)`, `truncate(8, code)`, `year`, `month`, `hour`. The "
              + "columns must be part of the primary key when there is one."),
          OptionDefinition("compression", .choice(["zstd", "snappy", "lz4", "none"]), default: .string("zstd"), help: "Compression of data files."),
          OptionDefinition("compressionLevel", .integer(1...22), default: .integer(1), help: "Level of zstd: higher is smaller and slower."),
        ]), help: "How target tables are laid out."),
    ]
  }

  let warehouse: String?
  let catalog: Catalog
  let formatVersion: Int
  let bucket: Int?
  let mode: IcebergMode
  /// Properties that every new table gets.
  let tableProperties: [String: String]

  init(_ values: OptionValues) throws {
    let warehouse = values.string("warehouse").flatMap { $0.isEmpty ? nil : $0 }
    self.warehouse = warehouse
    catalog = try Self.catalog(values.object("catalog") ?? OptionValues(), warehouse: warehouse)
    let table = values.object("table") ?? OptionValues()
    formatVersion = table.integer("formatVersion") ?? 3
    bucket = table.integer("bucket")
    mode = table.string("mode").flatMap(IcebergMode.init(rawValue:)) ?? .mergeOnWrite
    var properties = [
      "write.format.default": "parquet", "write.metadata.delete-after-commit.enabled": "true", "write.metadata.previous-versions-max": "20",
    ]
    let compression = table.string("compression") ?? "zstd"
    properties["write.parquet.compression-codec"] = compression == "none" ? "uncompressed" : compression
    if compression == "zstd" { properties["write.parquet.compression-level"] = String(table.integer("compressionLevel") ?? 1) }
    if let size = table.integer("targetFileSize"), size != Self.defaultTargetFileSize {
      properties["write.target-file-size-bytes"] = String(size)
    }
    tableProperties = properties
  }

  private static func catalog(_ values: OptionValues, warehouse: String?) throws -> Catalog {
    let path = "$.sink.catalog"
    let type = values.string("type") ?? fileSystem
    if type == "rest" { return .rest(try RESTOptions(values, warehouse: warehouse, at: path)) }
    guard warehouse != nil else { throw SluiceError(.specInvalid, "the sink needs a warehouse", at: .init(path: "$.sink.warehouse")) }
    guard type == "sql" else { return .fileSystem }
    guard let uri = values.string("uri"), let database = databasePath(uri), !database.isEmpty else {
      throw SluiceError(
        .specInvalid, "the catalog needs its SQLite database: sqlite:////path/to/catalog.db, or a path", at: .init(path: "\(path).uri"))
    }
    return .sql(path: database, name: values.string("name") ?? defaultName)
  }

  /// The path of `sqlite:///relative`, `sqlite:////absolute`, or of a plain path.
  private static func databasePath(_ uri: String) -> String? {
    guard let separator = uri.firstRange(of: "://") else { return uri }
    let scheme = uri[..<separator.lowerBound]
    let rest = uri[separator.upperBound...]
    if scheme == "file" { return String(rest) }
    guard scheme == "sqlite" || scheme.hasPrefix("sqlite+"), rest.hasPrefix("/") else { return nil }
    return String(rest.dropFirst())
  }
}
