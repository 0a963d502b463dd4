internal import SluiceCore

/// The options of `"sink": {"type": "paimon", …}` beside those that every sink has.
struct PaimonOptions: Sendable {
  static let definitions: [OptionDefinition] = [
    OptionDefinition("warehouse", .string, required: true, help: "Folder of the lake: a path or a file:// URI."),
    OptionDefinition(
      "table",
      .object([
        OptionDefinition(
          "bucket", .integer(1...32768),
          help: "Fixed number of buckets. Without it, one for each 512 MiB at the source, as a power of two up to 1024."),
        OptionDefinition(
          "mode", .choice([Self.mergeOnWrite, "merge-on-read"]), default: .string(Self.mergeOnWrite),
          help: "How changes reach tables with a key: found and marked when they are written, so that readers merge nothing, or merged by readers."),
        OptionDefinition("compression", .choice(["zstd", "snappy", "lz4", "none"]), default: .string("zstd"), help: "Compression of data files."),
        OptionDefinition("compressionLevel", .integer(1...22), default: .integer(1), help: "Level of zstd: higher is smaller and slower."),
      ]), help: "How target tables are laid out."),
  ]

  private static let mergeOnWrite = "merge-on-write"
  /// Enough for each commit between two rounds of maintenance to have a level of its own.
  private static let levels = 1024

  /// What `target-file-size` means when a table does not set it.
  static let defaultTargetFileSize = 128 << 20

  /// The size at which a table's files end; what is not in bytes as Sluice writes it means the default.
  static func targetFileSize(of schema: TableSchema) -> Int {
    guard let text = schema.options["target-file-size"], text.hasSuffix(" b"), let size = Int(text.dropLast(2)) else { return defaultTargetFileSize }
    return size
  }

  let warehouse: String
  let bucket: Int?
  /// Options that every new table gets.
  let tableOptions: [String: String]
  /// Options that new tables with a key get beside those.
  let keyedOptions: [String: String]

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
    if let size = table.integer("targetFileSize"), size != Self.defaultTargetFileSize { options["target-file-size"] = "\(size) b" }
    tableOptions = options
    keyedOptions =
      (table.string("mode") ?? Self.mergeOnWrite) == Self.mergeOnWrite
      ? ["deletion-vectors.enabled": "true", "num-levels": String(Self.levels)] : [:]
  }
}
