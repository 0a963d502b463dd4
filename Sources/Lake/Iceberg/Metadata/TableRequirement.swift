internal import SluiceCore

/// What must hold of a table's newest metadata for a commit to be taken, in the vocabulary of the REST catalog.
enum TableRequirement: Hashable, Sendable {
  /// The table is not there yet.
  case create
  case uuid(String)
  /// The reference points to that snapshot; `nil`: there is no such reference.
  case reference(String, snapshotID: Int64?)
  case lastAssignedFieldID(Int)
  case currentSchemaID(Int)
  case lastAssignedPartitionID(Int)
  case defaultSpecID(Int)
  case defaultSortOrderID(Int)

  /// Whether it holds; `metadata` is `nil` when there is no table.
  func holds(for metadata: TableMetadata?) -> Bool {
    guard let metadata else { return self == .create }
    return switch self {
    case .create: false
    case .uuid(let uuid): metadata.uuid.lowercased() == uuid.lowercased()
    case .reference(let name, let id): metadata.references[name]?.snapshotID == id
    case .lastAssignedFieldID(let id): metadata.lastColumnID == id
    case .currentSchemaID(let id): metadata.currentSchemaID == id
    case .lastAssignedPartitionID(let id): metadata.lastPartitionID == id
    case .defaultSpecID(let id): metadata.defaultSpecID == id
    case .defaultSortOrderID(let id): metadata.defaultSortOrderID == id
    }
  }
}

extension TableRequirement {
  var json: SpecValue {
    switch self {
    case .create: .members(["type": .string("assert-create")])
    case .uuid(let uuid): .members(["type": .string("assert-table-uuid"), "uuid": .string(uuid)])
    case .reference(let name, let id):
      .members(["type": .string("assert-ref-snapshot-id"), "ref": .string(name), "snapshot-id": id.map { .integer($0) } ?? .null])
    case .lastAssignedFieldID(let id):
      .members(["type": .string("assert-last-assigned-field-id"), "last-assigned-field-id": .integer(id)])
    case .currentSchemaID(let id): .members(["type": .string("assert-current-schema-id"), "current-schema-id": .integer(id)])
    case .lastAssignedPartitionID(let id):
      .members(["type": .string("assert-last-assigned-partition-id"), "last-assigned-partition-id": .integer(id)])
    case .defaultSpecID(let id): .members(["type": .string("assert-default-spec-id"), "default-spec-id": .integer(id)])
    case .defaultSortOrderID(let id):
      .members(["type": .string("assert-default-sort-order-id"), "default-sort-order-id": .integer(id)])
    }
  }

  /// Reads a requirement. Throws `spec-invalid` for one that Sluice does not know.
  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "requirement")
    switch try object.string("type") {
    case "assert-create": self = .create
    case "assert-table-uuid": self = .uuid(try object.string("uuid"))
    case "assert-ref-snapshot-id":
      self = .reference(try object.string("ref"), snapshotID: try object.optionalInteger("snapshot-id").map { Int64($0) })
    case "assert-last-assigned-field-id": self = .lastAssignedFieldID(try object.integer("last-assigned-field-id"))
    case "assert-current-schema-id": self = .currentSchemaID(try object.integer("current-schema-id"))
    case "assert-last-assigned-partition-id": self = .lastAssignedPartitionID(try object.integer("last-assigned-partition-id"))
    case "assert-default-spec-id": self = .defaultSpecID(try object.integer("default-spec-id"))
    case "assert-default-sort-order-id": self = .defaultSortOrderID(try object.integer("default-sort-order-id"))
    case let type: throw SluiceError(.specInvalid, "the requirement \(type) of Iceberg metadata is not known")
    }
  }
}
