internal import SluiceCore

/// One state of a table (Iceberg specification, snapshots).
struct IcebergSnapshot: Hashable, Sendable {
  /// What the snapshot did, in the words of `summary.operation`.
  enum Operation: String, Sendable {
    /// Only added data.
    case append
    /// Rewrote files without a change of rows.
    case replace
    /// Added and removed rows.
    case overwrite
    /// Only removed rows.
    case delete
  }

  var id: Int64
  /// `nil` for a table's first one.
  var parentID: Int64?
  var sequenceNumber: Int64
  var timestampMillis: Int64
  /// The URI of the manifest list.
  var manifestList: String
  /// `operation` and totals among others; job, checkpoint and positions of ours.
  var summary: [String: String]
  var schemaID: Int?
  /// Of the first row that it adds; format version 3.
  var firstRowID: Int64?
  /// How many row ids it takes; format version 3.
  var addedRows: Int64?
  var others: [SpecValue.Member] = []

  init(
    id: Int64, parentID: Int64?, sequenceNumber: Int64, timestampMillis: Int64, manifestList: String, summary: [String: String], schemaID: Int?,
    firstRowID: Int64? = nil, addedRows: Int64? = nil
  ) {
    self.id = id
    self.parentID = parentID
    self.sequenceNumber = sequenceNumber
    self.timestampMillis = timestampMillis
    self.manifestList = manifestList
    self.summary = summary
    self.schemaID = schemaID
    self.firstRowID = firstRowID
    self.addedRows = addedRows
  }

  /// The id of a new snapshot.
  static func makeID() -> Int64 { .random(in: 1...Int64.max) }

  var operation: Operation? { summary["operation"].flatMap { Operation(rawValue: $0) } }
}

extension IcebergSnapshot {
  private static let known: Set = [
    "snapshot-id", "parent-snapshot-id", "sequence-number", "timestamp-ms", "manifest-list", "summary", "schema-id", "first-row-id", "added-rows",
  ]

  var json: SpecValue {
    .members(
      [
        "snapshot-id": .integer(id), "parent-snapshot-id": parentID.map { .integer($0) }, "sequence-number": .integer(sequenceNumber),
        "timestamp-ms": .integer(timestampMillis), "summary": .texts(summary), "manifest-list": .string(manifestList),
        "schema-id": schemaID.map { .integer($0) }, "first-row-id": firstRowID.map { .integer($0) }, "added-rows": addedRows.map { .integer($0) },
      ], others: others)
  }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "snapshot")
    id = Int64(try object.integer("snapshot-id"))
    // Some writers say "none" with -1.
    parentID = try object.optionalInteger("parent-snapshot-id").flatMap { $0 == -1 ? nil : Int64($0) }
    sequenceNumber = Int64(try object.optionalInteger("sequence-number") ?? 0)
    timestampMillis = Int64(try object.integer("timestamp-ms"))
    manifestList = try object.string("manifest-list")
    summary = try object.texts("summary")
    schemaID = try object.optionalInteger("schema-id")
    firstRowID = try object.optionalInteger("first-row-id").map { Int64($0) }
    addedRows = try object.optionalInteger("added-rows").map { Int64($0) }
    others = object.others(than: Self.known)
  }
}

/// A named pointer to a snapshot: a branch such as `main`, or a tag.
struct SnapshotReference: Hashable, Sendable {
  static let main = "main"

  var snapshotID: Int64
  var isTag = false
  var minimumSnapshotsToKeep: Int?
  var maximumSnapshotAgeMillis: Int64?
  var maximumAgeMillis: Int64?

  init(snapshotID: Int64, isTag: Bool = false) {
    self.snapshotID = snapshotID
    self.isTag = isTag
  }

  var json: SpecValue { .object(members) }

  var members: [SpecValue.Member] {
    guard
      case .object(let members) = SpecValue.members([
        "snapshot-id": .integer(snapshotID), "type": .string(isTag ? "tag" : "branch"),
        "min-snapshots-to-keep": minimumSnapshotsToKeep.map { .integer($0) },
        "max-snapshot-age-ms": maximumSnapshotAgeMillis.map { .integer($0) }, "max-ref-age-ms": maximumAgeMillis.map { .integer($0) },
      ])
    else { return [] }
    return members
  }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "reference")
    snapshotID = Int64(try object.integer("snapshot-id"))
    isTag = try object.string("type").lowercased() == "tag"
    minimumSnapshotsToKeep = try object.optionalInteger("min-snapshots-to-keep")
    maximumSnapshotAgeMillis = try object.optionalInteger("max-snapshot-age-ms").map { Int64($0) }
    maximumAgeMillis = try object.optionalInteger("max-ref-age-ms").map { Int64($0) }
  }
}
