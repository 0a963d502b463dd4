internal import SluiceCore
internal import SluiceFormats

/// One live index file of a table: of deletion vectors those of one slot (Paimon specification, table index).
struct IndexFileEntry: Sendable, Hashable {
  static let deletionVectors = "DELETION_VECTORS"

  var slot: Slot
  var type = Self.deletionVectors
  var fileName: String
  var fileSize: Int
  /// Vectors in the file.
  var rowCount: Int
  var ranges: [VectorRange]
  var externalPath: String?
}

/// Where the vector of one data file lies in an index file.
struct VectorRange: Sendable, Hashable {
  var dataFile: String
  /// Of the size that precedes the vector.
  var offset: Int
  /// Of the vector with its magic number.
  var length: Int
  /// Rows that it deletes.
  var cardinality: Int?
}

/// An index manifest: all live index files of a snapshot (Paimon specification, index manifest).
enum IndexManifestFile {
  static func encode(_ entries: [IndexFileEntry]) throws -> [UInt8] {
    try AvroFile.encode(schema: parsed.get(), records: entries.lazy.map(value))
  }

  static func decode(_ bytes: [UInt8], path: String) throws -> [IndexFileEntry] {
    do {
      return try AvroFile.decode(bytes).records.compactMap { value in
        let record = MetadataRecord(value: value)
        return try record.int32("_KIND") == 0 ? try entry(record) : nil
      }
    } catch let error as SluiceError where error.place.path == nil {
      throw SluiceError(error.kind, error.message, at: .init(path: path), cause: error)
    }
  }

  private static func value(_ entry: IndexFileEntry) -> AvroValue {
    let ranges = entry.ranges.map { range -> AvroValue in
      .record([
        "f0": .string(range.dataFile), "f1": .int(Int32(clamping: range.offset)), "f2": .int(Int32(clamping: range.length)),
        "_CARDINALITY": MetadataAvro.long(range.cardinality.map { Int64($0) }),
      ])
    }
    return .record([
      "_VERSION": .int(1), "_KIND": .int(0), "_PARTITION": .bytes(entry.slot.partition.isEmpty ? BinaryRow.empty.bytes : entry.slot.partition),
      "_BUCKET": .int(entry.slot.bucket), "_INDEX_TYPE": .string(entry.type), "_FILE_NAME": .string(entry.fileName),
      "_FILE_SIZE": .long(Int64(entry.fileSize)), "_ROW_COUNT": .long(Int64(entry.rowCount)), "_DELETIONS_VECTORS_RANGES": .array(ranges),
      "_EXTERNAL_PATH": MetadataAvro.text(entry.externalPath),
    ])
  }

  private static func entry(_ record: MetadataRecord) throws -> IndexFileEntry {
    let partition = try record.row("_PARTITION")
    let ranges = try (record.value["_DELETIONS_VECTORS_RANGES"]?.array ?? []).map { value in
      let range = MetadataRecord(value: value)
      return VectorRange(
        dataFile: try range.text("f0"), offset: try range.integer("f1"), length: try range.integer("f2"),
        cardinality: range.optionalInteger("_CARDINALITY"))
    }
    return IndexFileEntry(
      slot: Slot(partition: partition.arity == 0 ? [] : partition.bytes, bucket: try record.int32("_BUCKET")),
      type: try record.text("_INDEX_TYPE"), fileName: try record.text("_FILE_NAME"), fileSize: try record.integer("_FILE_SIZE"),
      rowCount: try record.integer("_ROW_COUNT"), ranges: ranges, externalPath: record.value["_EXTERNAL_PATH"]?.string)
  }

  private static let parsed = Result { try AvroSchema(schema) }

  private static let schema = """
    {"type": "record", "name": "record", "namespace": "org.apache.paimon.avro.generated", "fields": [
      {"name": "_VERSION", "type": "int"}, {"name": "_KIND", "type": "int"}, {"name": "_PARTITION", "type": "bytes"},
      {"name": "_BUCKET", "type": "int"}, {"name": "_INDEX_TYPE", "type": "string"}, {"name": "_FILE_NAME", "type": "string"},
      {"name": "_FILE_SIZE", "type": "long"}, {"name": "_ROW_COUNT", "type": "long"},
      {"name": "_DELETIONS_VECTORS_RANGES", "default": null, "type": ["null", {"type": "array", "items": ["null", {
        "type": "record", "name": "record__DELETIONS_VECTORS_RANGES", "fields": [
          {"name": "f0", "type": "string"}, {"name": "f1", "type": "int"}, {"name": "f2", "type": "int"},
          {"name": "_CARDINALITY", "type": ["null", "long"], "default": null}
        ]}]}]},
      {"name": "_EXTERNAL_PATH", "type": ["null", "string"], "default": null}
    ]}
    """
}
