internal import SluiceCore

/// One change of a table's metadata, in the vocabulary of the REST catalog. Every commit is a list of them.
enum TableUpdate: Hashable, Sendable {
  /// In `setCurrentSchema`, `setDefaultSpec` and `setDefaultSortOrder`: what the same commit added last.
  static let lastAdded = -1

  case assignUUID(String)
  case upgradeFormatVersion(Int)
  /// A schema of the same columns takes the place of a new one.
  case addSchema(IcebergSchema)
  case setCurrentSchema(Int)
  case removeSchemas([Int])
  case addSpec(PartitionSpec)
  case setDefaultSpec(Int)
  case removeSpecs([Int])
  case addSortOrder(SortOrder)
  case setDefaultSortOrder(Int)
  case addSnapshot(IcebergSnapshot)
  case setReference(String, SnapshotReference)
  case removeReference(String)
  case removeSnapshots([Int64])
  case setLocation(String)
  case setProperties([String: String])
  case removeProperties([String])
  /// `statistics` of one snapshot, taken as they are.
  case setStatistics(SpecValue)
  case removeStatistics(Int64)
}

extension TableUpdate {
  var json: SpecValue {
    switch self {
    case .assignUUID(let uuid): Self.object("assign-uuid", ["uuid": .string(uuid)])
    case .upgradeFormatVersion(let version): Self.object("upgrade-format-version", ["format-version": .integer(version)])
    case .addSchema(let schema): Self.object("add-schema", ["schema": schema.json])
    case .setCurrentSchema(let id): Self.object("set-current-schema", ["schema-id": .integer(id)])
    case .removeSchemas(let ids): Self.object("remove-schemas", ["schema-ids": .array(ids.map { .integer($0) })])
    case .addSpec(let spec): Self.object("add-spec", ["spec": spec.json])
    case .setDefaultSpec(let id): Self.object("set-default-spec", ["spec-id": .integer(id)])
    case .removeSpecs(let ids): Self.object("remove-partition-specs", ["spec-ids": .array(ids.map { .integer($0) })])
    case .addSortOrder(let order): Self.object("add-sort-order", ["sort-order": order.json])
    case .setDefaultSortOrder(let id): Self.object("set-default-sort-order", ["sort-order-id": .integer(id)])
    case .addSnapshot(let snapshot): Self.object("add-snapshot", ["snapshot": snapshot.json])
    case .setReference(let name, let reference):
      .members(
        ["action": .string("set-snapshot-ref"), "ref-name": .string(name)], others: reference.members)
    case .removeReference(let name): Self.object("remove-snapshot-ref", ["ref-name": .string(name)])
    case .removeSnapshots(let ids): Self.object("remove-snapshots", ["snapshot-ids": .array(ids.map { .integer($0) })])
    case .setLocation(let location): Self.object("set-location", ["location": .string(location)])
    case .setProperties(let properties): Self.object("set-properties", ["updates": .texts(properties)])
    case .removeProperties(let names): Self.object("remove-properties", ["removals": .array(names.map { .string($0) })])
    case .setStatistics(let statistics): Self.object("set-statistics", ["snapshot-id": statistics["snapshot-id"] ?? .null, "statistics": statistics])
    case .removeStatistics(let id): Self.object("remove-statistics", ["snapshot-id": .integer(id)])
    }
  }

  /// Reads an update. Throws `spec-invalid` for an action that Sluice does not know.
  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "update")
    switch try object.string("action") {
    case "assign-uuid": self = .assignUUID(try object.string("uuid"))
    case "upgrade-format-version": self = .upgradeFormatVersion(try object.integer("format-version"))
    case "add-schema": self = .addSchema(try IcebergSchema(json: object["schema"] ?? .null))
    case "set-current-schema": self = .setCurrentSchema(try object.integer("schema-id"))
    case "remove-schemas": self = .removeSchemas(try object.integers("schema-ids"))
    case "add-spec": self = .addSpec(try PartitionSpec(json: object["spec"] ?? .null))
    case "set-default-spec": self = .setDefaultSpec(try object.integer("spec-id"))
    case "remove-partition-specs": self = .removeSpecs(try object.integers("spec-ids"))
    case "add-sort-order": self = .addSortOrder(try SortOrder(json: object["sort-order"] ?? .null))
    case "set-default-sort-order": self = .setDefaultSortOrder(try object.integer("sort-order-id"))
    case "add-snapshot": self = .addSnapshot(try IcebergSnapshot(json: object["snapshot"] ?? .null))
    case "set-snapshot-ref": self = .setReference(try object.string("ref-name"), try SnapshotReference(json: json))
    case "remove-snapshot-ref": self = .removeReference(try object.string("ref-name"))
    case "remove-snapshots": self = .removeSnapshots(try object.integers("snapshot-ids").map { Int64($0) })
    case "set-location": self = .setLocation(try object.string("location"))
    case "set-properties": self = .setProperties(try object.texts("updates"))
    case "remove-properties":
      self = .removeProperties(
        try object.array("removals").map { item in
          guard case .string(let name) = item else { throw object.wrong("removals", "a list of texts") }
          return name
        })
    case "set-statistics": self = .setStatistics(object["statistics"] ?? .null)
    case "remove-statistics": self = .removeStatistics(Int64(try object.integer("snapshot-id")))
    case let action: throw SluiceError(.specInvalid, "the update \(action) of Iceberg metadata is not known")
    }
  }

  private static func object(_ action: String, _ members: KeyValuePairs<String, SpecValue?>) -> SpecValue {
    guard case .object(let rest) = SpecValue.members(members) else { return .null }
    return .members(["action": .string(action)], others: rest)
  }
}
