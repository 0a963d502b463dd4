internal import SluiceCore

extension TableMetadata {
  private static let known: Set = [
    "format-version", "table-uuid", "location", "last-sequence-number", "last-updated-ms", "last-column-id", "schemas", "current-schema-id",
    "partition-specs", "default-spec-id", "last-partition-id", "sort-orders", "default-sort-order-id", "properties", "current-snapshot-id", "refs",
    "snapshots", "snapshot-log", "metadata-log", "statistics", "partition-statistics", "next-row-id",
  ]

  /// Reads a `metadata.json`. Throws `target-damaged` for what is no such file, and for a format version that Sluice does not write.
  static func decoded(_ bytes: [UInt8], path: String) throws -> TableMetadata {
    do {
      return try TableMetadata(json: MetadataJSON.parse(bytes, "the table's metadata"))
    } catch let error as SluiceError where error.place.path == nil {
      throw SluiceError(error.kind, error.message, at: .init(path: path), remedy: error.remedy)
    }
  }

  func encoded() -> [UInt8] { Array(JSONText.compact(json).utf8) }

  var json: SpecValue {
    let log = snapshotLog.map { SpecValue.members(["snapshot-id": .integer($0.snapshotID), "timestamp-ms": .integer($0.timestampMillis)]) }
    let files = metadataLog.map { SpecValue.members(["metadata-file": .string($0.file), "timestamp-ms": .integer($0.timestampMillis)]) }
    let refs = references.sorted { $0.key < $1.key }.map { SpecValue.Member($0.key, $0.value.json) }
    return .members(
      [
        "format-version": .integer(formatVersion), "table-uuid": .string(uuid), "location": .string(location),
        "last-sequence-number": .integer(lastSequenceNumber), "last-updated-ms": .integer(lastUpdatedMillis),
        "last-column-id": .integer(lastColumnID),
        "current-schema-id": .integer(currentSchemaID), "schemas": .array(schemas.map(\.json)), "default-spec-id": .integer(defaultSpecID),
        "partition-specs": .array(partitionSpecs.map(\.json)), "last-partition-id": .integer(lastPartitionID),
        "default-sort-order-id": .integer(defaultSortOrderID), "sort-orders": .array(sortOrders.map(\.json)), "properties": .texts(properties),
        "current-snapshot-id": .integer(currentSnapshotID ?? -1), "next-row-id": nextRowID.map { .integer($0) }, "refs": .object(refs),
        "snapshots": .array(snapshots.map(\.json)), "statistics": .array(statistics), "partition-statistics": .array(partitionStatistics),
        "snapshot-log": .array(log), "metadata-log": .array(files),
      ], others: others)
  }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "table")
    formatVersion = try object.integer("format-version")
    guard Self.supportedVersions.contains(formatVersion) else {
      throw SluiceError(
        .targetDamaged, "an Iceberg table of format version \(formatVersion) is not supported; known are 2 and 3",
        remedy: formatVersion == 1 ? "raise the table's format-version to 2 with the engine that wrote it" : nil)
    }
    uuid = try object.string("table-uuid")
    location = try object.string("location")
    lastSequenceNumber = Int64(try object.integer("last-sequence-number"))
    lastUpdatedMillis = Int64(try object.integer("last-updated-ms"))
    lastColumnID = try object.integer("last-column-id")
    schemas = try object.array("schemas").map { try IcebergSchema(json: $0) }
    currentSchemaID = try object.integer("current-schema-id")
    partitionSpecs = try object.array("partition-specs").map { try PartitionSpec(json: $0) }
    defaultSpecID = try object.integer("default-spec-id")
    lastPartitionID = try object.integer("last-partition-id")
    sortOrders = try object.array("sort-orders").map { try SortOrder(json: $0) }
    defaultSortOrderID = try object.integer("default-sort-order-id")
    properties = try object.texts("properties")
    currentSnapshotID = try object.optionalInteger("current-snapshot-id").flatMap { $0 == -1 ? nil : Int64($0) }
    snapshots = try object.array("snapshots").map { try IcebergSnapshot(json: $0) }
    snapshotLog = try object.array("snapshot-log").map { item in
      let entry = try MetadataJSON(item, "snapshot log")
      return SnapshotLogEntry(snapshotID: Int64(try entry.integer("snapshot-id")), timestampMillis: Int64(try entry.integer("timestamp-ms")))
    }
    metadataLog = try object.array("metadata-log").map { item in
      let entry = try MetadataJSON(item, "metadata log")
      return MetadataLogEntry(file: try entry.string("metadata-file"), timestampMillis: Int64(try entry.integer("timestamp-ms")))
    }
    statistics = try object.array("statistics")
    partitionStatistics = try object.array("partition-statistics")
    nextRowID = try object.optionalInteger("next-row-id").map { Int64($0) }
    others = object.others(than: Self.known)
    references = [:]
    if let refs = object["refs"] {
      references = try MetadataJSON(refs, "references").members.reduce(into: [:]) { refs, member in
        refs[member.key] = try SnapshotReference(json: member.value)
      }
    }
    // Writers of version 2 may leave `main` to be understood.
    if let currentSnapshotID, references[SnapshotReference.main] == nil {
      references[SnapshotReference.main] = SnapshotReference(snapshotID: currentSnapshotID)
    }
    try check()
  }

  private func check() throws {
    _ = try currentSchema()
    _ = try defaultSpec()
    if let currentSnapshotID, snapshot(currentSnapshotID) == nil { throw Self.damaged("the current snapshot is not among the snapshots") }
    if formatVersion >= 3, nextRowID == nil { throw Self.damaged("a table of version 3 has no next-row-id") }
  }
}
