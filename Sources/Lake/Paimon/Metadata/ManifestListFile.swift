internal import SluiceCore
internal import SluiceFormats

/// A manifest list: which manifests make up a part of a snapshot (Paimon specification, manifest list).
enum ManifestListFile {
  static func encode(_ manifests: [ManifestMeta]) throws -> [UInt8] {
    let records = manifests.lazy.map { meta -> AvroValue in
      .record([
        "_VERSION": .int(2), "_FILE_NAME": .string(meta.fileName), "_FILE_SIZE": .long(Int64(meta.fileSize)),
        "_NUM_ADDED_FILES": .long(Int64(meta.addedCount)), "_NUM_DELETED_FILES": .long(Int64(meta.deletedCount)),
        "_PARTITION_STATS": MetadataAvro.value(meta.partitionStats), "_SCHEMA_ID": .long(meta.schemaID),
        "_MIN_BUCKET": MetadataAvro.int(meta.minBucket), "_MAX_BUCKET": MetadataAvro.int(meta.maxBucket),
        "_MIN_LEVEL": MetadataAvro.int(meta.minLevel), "_MAX_LEVEL": MetadataAvro.int(meta.maxLevel),
      ])
    }
    return try AvroFile.encode(schema: MetadataAvro.manifestList, records: records)
  }

  static func decode(_ bytes: [UInt8], path: String) throws -> [ManifestMeta] {
    do {
      return try AvroFile.decode(bytes).records.map { value in
        let record = MetadataRecord(value: value)
        return ManifestMeta(
          fileName: try record.text("_FILE_NAME"), fileSize: try record.integer("_FILE_SIZE"), addedCount: try record.integer("_NUM_ADDED_FILES"),
          deletedCount: try record.integer("_NUM_DELETED_FILES"), partitionStats: try record.bounds("_PARTITION_STATS"),
          schemaID: Int64(try record.integer("_SCHEMA_ID")), minBucket: record.optionalInt32("_MIN_BUCKET"),
          maxBucket: record.optionalInt32("_MAX_BUCKET"), minLevel: record.optionalInt32("_MIN_LEVEL"), maxLevel: record.optionalInt32("_MAX_LEVEL"))
      }
    } catch let error as SluiceError {
      throw SluiceError(error.kind, error.message, at: .init(path: path), cause: error)
    }
  }
}
