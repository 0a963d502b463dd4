internal import SluiceCore
internal import SluiceFormats

/// A manifest list: the manifests that make up a snapshot (Iceberg specification, manifest lists).
enum IcebergManifestList {
  /// The bytes of the manifest list of a snapshot.
  static func encode(
    _ manifests: [IcebergManifest], snapshotID: Int64, parentID: Int64?, sequenceNumber: Int64, formatVersion: Int
  ) throws -> [UInt8] {
    try AvroFile.encode(
      schema: IcebergAvro.manifestList(formatVersion: formatVersion), records: manifests.map { value($0, isThird: formatVersion >= 3) },
      codec: .deflate,
      metadata: [
        "snapshot-id": String(snapshotID), "parent-snapshot-id": parentID.map { String($0) } ?? "null", "sequence-number": String(sequenceNumber),
        "format-version": String(formatVersion),
      ])
  }

  static func decode(_ bytes: [UInt8], path: String) throws -> [IcebergManifest] {
    do {
      let file = try AvroFile.decode(bytes)
      return try file.records.map { try manifest(IcebergRecord($0, file.schema.fieldNames), file.schema.fieldNames) }
    } catch let error as SluiceError {
      throw SluiceError(error.kind, error.message, at: .init(path: path), cause: error)
    }
  }

  /// The manifests of a snapshot; none when there is no snapshot.
  static func read(_ snapshot: IcebergSnapshot?, files: IcebergFiles) throws -> [IcebergManifest] {
    guard let snapshot else { return [] }
    return try decode(files.read(snapshot.manifestList), path: snapshot.manifestList)
  }

  private static func value(_ manifest: IcebergManifest, isThird: Bool) -> AvroValue {
    let partitions = manifest.partitions.map { summary -> AvroValue in
      .record([
        "contains_null": .boolean(summary.containsNull), "contains_nan": summary.containsNaN.map { .boolean($0) } ?? .null,
        "lower_bound": summary.lowerBound.map { .bytes($0) } ?? .null, "upper_bound": summary.upperBound.map { .bytes($0) } ?? .null,
      ])
    }
    let members: [AvroValue.Member] = [
      .init("manifest_path", .string(manifest.path)), .init("manifest_length", .long(Int64(manifest.length))),
      .init("partition_spec_id", .int(Int32(truncatingIfNeeded: manifest.partitionSpecID))), .init("content", .int(manifest.content.rawValue)),
      .init("sequence_number", .long(manifest.sequenceNumber)), .init("min_sequence_number", .long(manifest.minimumSequenceNumber)),
      .init("added_snapshot_id", .long(manifest.addedSnapshotID)), .init("added_files_count", .int(Int32(clamping: manifest.addedFiles))),
      .init("existing_files_count", .int(Int32(clamping: manifest.existingFiles))),
      .init("deleted_files_count", .int(Int32(clamping: manifest.deletedFiles))), .init("added_rows_count", .long(Int64(manifest.addedRows))),
      .init("existing_rows_count", .long(Int64(manifest.existingRows))), .init("deleted_rows_count", .long(Int64(manifest.deletedRows))),
      .init("partitions", .array(partitions)), .init("key_metadata", manifest.keyMetadata.map { .bytes($0) } ?? .null),
    ]
    return .record(isThird ? members + [.init("first_row_id", manifest.firstRowID.map { .long($0) } ?? .null)] : members)
  }

  private static func manifest(_ record: IcebergRecord, _ names: [Int: String]) throws -> IcebergManifest {
    guard let content = IcebergManifest.Content(rawValue: record.optionalInt32(517, "content") ?? 0) else { throw record.damaged("content") }
    let summaries = (record[507, "partitions"]?.array ?? []).map { IcebergRecord($0, names) }
    return IcebergManifest(
      path: try record.text(500, "manifest_path"), length: try record.integer(501, "manifest_length"),
      partitionSpecID: try record.integer(502, "partition_spec_id"), content: content,
      sequenceNumber: record.optionalLong(515, "sequence_number") ?? 0, minimumSequenceNumber: record.optionalLong(516, "min_sequence_number") ?? 0,
      addedSnapshotID: record.optionalLong(503, "added_snapshot_id") ?? 0, addedFiles: record[504, "added_files_count"]?.integer ?? 0,
      existingFiles: record[505, "existing_files_count"]?.integer ?? 0, deletedFiles: record[506, "deleted_files_count"]?.integer ?? 0,
      addedRows: record[512, "added_rows_count"]?.integer ?? 0, existingRows: record[513, "existing_rows_count"]?.integer ?? 0,
      deletedRows: record[514, "deleted_rows_count"]?.integer ?? 0,
      partitions: summaries.map { summary in
        IcebergManifest.PartitionSummary(
          containsNull: summary[509, "contains_null"]?.boolean ?? true, containsNaN: summary[518, "contains_nan"]?.boolean,
          lowerBound: summary[510, "lower_bound"]?.bytes, upperBound: summary[511, "upper_bound"]?.bytes)
      }, keyMetadata: record[519, "key_metadata"]?.bytes, firstRowID: record.optionalLong(520, "first_row_id"))
  }
}
