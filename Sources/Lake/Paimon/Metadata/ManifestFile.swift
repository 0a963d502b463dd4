internal import SluiceCore
internal import SluiceFormats

/// A manifest: the changes of files that a commit made (Paimon specification, manifest).
enum ManifestFile {
  static func encode(_ entries: [ManifestEntry]) throws -> [UInt8] {
    try AvroFile.encode(schema: MetadataAvro.manifest, records: entries.lazy.map(value))
  }

  static func decode(_ bytes: [UInt8], path: String) throws -> [ManifestEntry] {
    do {
      return try AvroFile.decode(bytes).records.map { try entry(MetadataRecord(value: $0)) }
    } catch let error as SluiceError {
      throw SluiceError(error.kind, error.message, at: .init(path: path), cause: error)
    }
  }

  private static func value(_ entry: ManifestEntry) -> AvroValue {
    let partition = entry.slot.partition.isEmpty ? BinaryRow.empty.bytes : entry.slot.partition
    return .record([
      "_VERSION": .int(2), "_KIND": .int(entry.kind.rawValue), "_PARTITION": .bytes(partition), "_BUCKET": .int(entry.slot.bucket),
      "_TOTAL_BUCKETS": .int(entry.totalBuckets), "_FILE": value(entry.file),
    ])
  }

  private static func value(_ file: DataFileMeta) -> AvroValue {
    let always: [AvroValue.Member] = [
      .init("_FILE_NAME", .string(file.fileName)), .init("_FILE_SIZE", .long(Int64(file.fileSize))),
      .init("_ROW_COUNT", .long(Int64(file.rowCount))), .init("_MIN_KEY", .bytes(file.minKey.bytes)),
      .init("_MAX_KEY", .bytes(file.maxKey.bytes)), .init("_KEY_STATS", MetadataAvro.value(file.keyStats)),
      .init("_VALUE_STATS", MetadataAvro.value(file.valueStats)), .init("_MIN_SEQUENCE_NUMBER", .long(file.minSequence)),
      .init("_MAX_SEQUENCE_NUMBER", .long(file.maxSequence)), .init("_SCHEMA_ID", .long(file.schemaID)),
      .init("_LEVEL", .int(file.level)), .init("_EXTRA_FILES", MetadataAvro.texts(file.extraFiles)),
    ]
    let optional: [AvroValue.Member] = [
      .init("_CREATION_TIME", MetadataAvro.long(file.creationTime)),
      .init("_DELETE_ROW_COUNT", MetadataAvro.long(file.deleteRowCount.map { Int64($0) })),
      .init("_EMBEDDED_FILE_INDEX", MetadataAvro.bytes(file.embeddedIndex)), .init("_FILE_SOURCE", MetadataAvro.int(file.fileSource)),
      .init("_VALUE_STATS_COLS", MetadataAvro.texts(file.valueStatsColumns)), .init("_EXTERNAL_PATH", MetadataAvro.text(file.externalPath)),
      .init("_FIRST_ROW_ID", MetadataAvro.long(file.firstRowID)), .init("_WRITE_COLS", MetadataAvro.texts(file.writeColumns)),
    ]
    return .record(always + optional)
  }

  private static func entry(_ record: MetadataRecord) throws -> ManifestEntry {
    let file = try record.record("_FILE")
    guard let kind = ManifestEntry.Kind(rawValue: try record.int32("_KIND")) else {
      throw SluiceError(.targetDamaged, "a manifest's record is of an unknown kind")
    }
    let partition = try record.row("_PARTITION")
    return ManifestEntry(
      kind: kind, slot: Slot(partition: partition.arity == 0 ? [] : partition.bytes, bucket: try record.int32("_BUCKET")),
      totalBuckets: try record.int32("_TOTAL_BUCKETS"),
      file: DataFileMeta(
        fileName: try file.text("_FILE_NAME"), fileSize: try file.integer("_FILE_SIZE"), rowCount: try file.integer("_ROW_COUNT"),
        minKey: try file.row("_MIN_KEY"), maxKey: try file.row("_MAX_KEY"), keyStats: try file.bounds("_KEY_STATS"),
        valueStats: try file.bounds("_VALUE_STATS"), valueStatsColumns: file.optionalTexts("_VALUE_STATS_COLS"),
        minSequence: Int64(try file.integer("_MIN_SEQUENCE_NUMBER")), maxSequence: Int64(try file.integer("_MAX_SEQUENCE_NUMBER")),
        schemaID: Int64(try file.integer("_SCHEMA_ID")), level: try file.int32("_LEVEL"), extraFiles: file.optionalTexts("_EXTRA_FILES") ?? [],
        creationTime: file.optionalInteger("_CREATION_TIME").map { Int64($0) }, deleteRowCount: file.optionalInteger("_DELETE_ROW_COUNT"),
        embeddedIndex: file.value["_EMBEDDED_FILE_INDEX"]?.bytes, fileSource: file.optionalInt32("_FILE_SOURCE"),
        externalPath: file.value["_EXTERNAL_PATH"]?.string, firstRowID: file.optionalInteger("_FIRST_ROW_ID").map { Int64($0) },
        writeColumns: file.optionalTexts("_WRITE_COLS")))
  }
}
