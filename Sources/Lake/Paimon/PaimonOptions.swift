internal import SluiceCore

/// The options of `"sink": {"type": "paimon", …}`.
struct PaimonOptions: Sendable {
  static let definitions: [OptionDefinition] = [
    OptionDefinition("warehouse", .string, required: true, help: "Folder of the lake: a path or a file:// URI."),
    OptionDefinition("database", .string, help: "Put all tables into this database; by default each keeps the name of its own."),
    OptionDefinition(
      "table",
      .object([
        OptionDefinition(
          "bucket", .integer(1...32768), help: "Fixed number of buckets; by default one for each 512 MiB at the source, as a power of two."),
        OptionDefinition("targetFileSize", .byteSize, default: .string("128MiB"), help: "Data files are closed at about this size."),
        OptionDefinition(
          "compression", .choice(["zstd", "snappy", "lz4", "none"]), default: .string("zstd"), help: "Compression of data files."),
        OptionDefinition("compressionLevel", .integer(1...22), default: .integer(1), help: "Level of zstd: higher is smaller and slower."),
        OptionDefinition("options", .stringMap, help: "Paimon table options, written into the schema as they are."),
      ]), help: "How new tables are made."),
  ]

  let warehouse: String
  let bucket: Int?
  /// Options that every new table gets.
  let tableOptions: [String: String]

  init(_ values: OptionValues) throws {
    guard let warehouse = values.string("warehouse"), !warehouse.isEmpty else {
      throw SluiceError(.specInvalid, "the sink needs a warehouse", at: .init(path: "$.sink.warehouse"))
    }
    self.warehouse = warehouse
    let table = values.object("table") ?? OptionValues()
    bucket = table.integer("bucket")
    var options = ["file.format": "parquet", "data-file.thin-mode": "true"]
    let compression = table.string("compression") ?? "zstd"
    options["file.compression"] = compression
    if compression == "zstd" { options["file.compression.zstd-level"] = String(table.integer("compressionLevel") ?? 1) }
    if let size = table.integer("targetFileSize") { options["target-file-size"] = "\(size)b" }
    options.merge(table.stringMap("options")) { $1 }
    tableOptions = options
  }
}
