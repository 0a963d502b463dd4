internal import SluiceCore

/// The order of rows within data files, as a wish to writers (Iceberg specification, sorting).
struct SortOrder: Hashable, Sendable {
  var id: Int
  var fields: [Field]

  struct Field: Hashable, Sendable {
    var sourceIDs: [Int]
    var transform: PartitionTransform
    var isAscending: Bool
    var hasNullsFirst: Bool

    init(sourceID: Int, transform: PartitionTransform = .identity, isAscending: Bool = true, hasNullsFirst: Bool = true) {
      sourceIDs = [sourceID]
      self.transform = transform
      self.isAscending = isAscending
      self.hasNullsFirst = hasNullsFirst
    }
  }

  init(id: Int, fields: [Field]) {
    self.id = id
    self.fields = fields
  }

  static let unsorted = SortOrder(id: 0, fields: [])
}

extension SortOrder {
  var json: SpecValue { .members(["order-id": .integer(id), "fields": .array(fields.map(\.json))]) }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "sort order")
    id = try object.integer("order-id")
    fields = try object.array("fields").map { try Field(json: $0) }
  }
}

extension SortOrder.Field {
  var json: SpecValue {
    .members([
      "transform": .string(transform.text), "source-id": sourceIDs.count == 1 ? .integer(sourceIDs[0]) : nil,
      "source-ids": sourceIDs.count == 1 ? nil : .array(sourceIDs.map { .integer($0) }),
      "direction": .string(isAscending ? "asc" : "desc"), "null-order": .string(hasNullsFirst ? "nulls-first" : "nulls-last"),
    ])
  }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "sort field")
    sourceIDs = try object.optionalInteger("source-id").map { [$0] } ?? object.integers("source-ids")
    transform = PartitionTransform(try object.string("transform"))
    isAscending = try object.string("direction").lowercased() == "asc"
    hasNullsFirst = try object.string("null-order").lowercased() == "nulls-first"
  }
}
