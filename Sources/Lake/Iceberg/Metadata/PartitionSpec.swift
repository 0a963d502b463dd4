internal import SluiceCore

/// How rows are split over partitions (Iceberg specification, partitioning).
struct PartitionSpec: Hashable, Sendable {
  /// Ids of partition fields count on from this.
  static let firstFieldID = 1000

  var id: Int
  var fields: [Field]
  var others: [SpecValue.Member] = []

  /// A value that is made of a column, or of several where other writers do so.
  struct Field: Hashable, Sendable {
    var sourceIDs: [Int]
    var id: Int
    var name: String
    var transform: PartitionTransform

    init(sourceID: Int, id: Int, name: String, transform: PartitionTransform) {
      sourceIDs = [sourceID]
      self.id = id
      self.name = name
      self.transform = transform
    }

    var sourceID: Int { sourceIDs.first ?? 0 }
  }

  init(id: Int, fields: [Field]) {
    self.id = id
    self.fields = fields
  }

  static let unpartitioned = PartitionSpec(id: 0, fields: [])

  var isUnpartitioned: Bool { fields.allSatisfy { $0.transform == .void } }

  /// The types of a partition's values, in order; those of sources that `schema` does not have are taken from `others`, newest last.
  func resultTypes(of schema: IcebergSchema, others: [IcebergSchema] = []) throws -> [IcebergType] {
    try fields.map { field in
      let source = ([schema] + others.reversed()).lazy.compactMap { $0.nestedField(field.sourceID)?.type }.first
      guard let source else {
        // The column is gone from all schemas; all that is left of such a field are nulls, or values that any reader leaves alone.
        if field.transform == .void { return .unknown }
        throw SluiceError(.targetDamaged, "Iceberg metadata: partition field \(field.name) has no source column")
      }
      guard let result = field.transform.resultType(of: source) else {
        throw SluiceError(.targetDamaged, "Iceberg metadata: transform \(field.transform.text) does not fit \(source.text)")
      }
      return result
    }
  }

  /// Whether both split rows the same way.
  func isEquivalent(to other: PartitionSpec) -> Bool {
    fields.map(\.shape) == other.fields.map(\.shape)
  }
}

extension PartitionSpec {
  var json: SpecValue {
    .members(["spec-id": .integer(id), "fields": fieldsJSON], others: others)
  }

  /// The fields alone, as a manifest has them.
  var fieldsJSON: SpecValue { .array(fields.map(\.json)) }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "partition spec")
    id = try object.optionalInteger("spec-id") ?? 0
    fields = try Self.fields(.array(object.array("fields")))
    others = object.others(than: ["spec-id", "fields"])
  }

  static func fields(_ json: SpecValue) throws -> [Field] {
    guard case .array(let items) = json else { throw SluiceError(.targetDamaged, "Iceberg metadata: partition fields are no list") }
    return try items.enumerated().map { index, item in try Field(json: item, defaultID: firstFieldID + index) }
  }
}

extension PartitionSpec.Field {
  fileprivate struct Shape: Equatable {
    let sourceIDs: [Int]
    let name: String
    let transform: PartitionTransform
  }

  fileprivate var shape: Shape { Shape(sourceIDs: sourceIDs, name: name, transform: transform) }

  var json: SpecValue {
    .members([
      "source-id": sourceIDs.count == 1 ? .integer(sourceIDs[0]) : nil,
      "source-ids": sourceIDs.count == 1 ? nil : .array(sourceIDs.map { .integer($0) }), "field-id": .integer(id), "name": .string(name),
      "transform": .string(transform.text),
    ])
  }

  init(json: SpecValue, defaultID: Int) throws {
    let object = try MetadataJSON(json, "partition field")
    sourceIDs = try object.optionalInteger("source-id").map { [$0] } ?? object.integers("source-ids")
    guard !sourceIDs.isEmpty else { throw SluiceError(.targetDamaged, "Iceberg metadata: a partition field has no source") }
    id = try object.optionalInteger("field-id") ?? defaultID
    name = try object.string("name")
    transform = PartitionTransform(try object.string("transform"))
  }
}
