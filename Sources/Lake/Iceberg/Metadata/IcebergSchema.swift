internal import SluiceCore

/// The columns of a table under one version (Iceberg specification, schemas).
struct IcebergSchema: Hashable, Sendable {
  var id: Int
  var fields: [IcebergField]
  /// The ids of the columns that identify a row, in key order; none when rows have no key.
  var identifierFieldIDs: [Int] = []
  /// Members that Sluice does not know.
  var others: [SpecValue.Member] = []

  init(id: Int, fields: [IcebergField], identifierFieldIDs: [Int] = []) {
    self.id = id
    self.fields = fields
    self.identifierFieldIDs = identifierFieldIDs
  }

  func index(of name: String) -> Int? {
    fields.firstIndex { $0.name == name }
  }

  func field(_ id: Int) -> IcebergField? {
    fields.first { $0.id == id }
  }

  /// A column, or a field inside of one, and its name with those of the columns around it: `address.city`.
  func nestedField(_ id: Int) -> (name: String, type: IcebergType)? {
    Self.find(id, in: fields, prefix: "")
  }

  /// The highest id of a column or of a field inside of one; 0 when there is none.
  var highestFieldID: Int {
    fields.flatMap { [$0.id] + $0.type.fieldIDs }.max() ?? 0
  }

  /// Whether both say the same of the table, whatever their ids.
  func isEquivalent(to other: IcebergSchema) -> Bool {
    fields == other.fields && identifierFieldIDs == other.identifierFieldIDs
  }

  private static func find(_ id: Int, in fields: [IcebergField], prefix: String) -> (name: String, type: IcebergType)? {
    for field in fields {
      if field.id == id { return (prefix + field.name, field.type) }
      if let found = find(id, in: field.type, prefix: "\(prefix)\(field.name).") { return found }
    }
    return nil
  }

  private static func find(_ id: Int, in type: IcebergType, prefix: String) -> (name: String, type: IcebergType)? {
    switch type {
    case .row(let fields): return find(id, in: fields, prefix: prefix)
    case .list(let elementID, let element, _):
      return elementID == id ? ("\(prefix)element", element) : find(id, in: element, prefix: "\(prefix)element.")
    case .map(let keyID, let key, let valueID, let value, _):
      if keyID == id { return ("\(prefix)key", key) }
      if valueID == id { return ("\(prefix)value", value) }
      return find(id, in: key, prefix: "\(prefix)key.") ?? find(id, in: value, prefix: "\(prefix)value.")
    default: return nil
    }
  }
}

/// A column of a schema, or a field of a struct.
struct IcebergField: Hashable, Sendable {
  /// Never used for another field of the table.
  var id: Int
  var name: String
  var isRequired: Bool
  var type: IcebergType
  var doc: String?
  /// What rows of files from before the field read, in the specification's JSON form of a value; `nil` for null. Format version 3.
  var initialDefault: SpecValue?
  /// What writers put where nothing is given.
  var writeDefault: SpecValue?
  /// Members that Sluice does not know.
  var others: [SpecValue.Member] = []

  init(
    id: Int, name: String, isRequired: Bool, type: IcebergType, doc: String? = nil, initialDefault: SpecValue? = nil, writeDefault: SpecValue? = nil
  ) {
    self.id = id
    self.name = name
    self.isRequired = isRequired
    self.type = type
    self.doc = doc
    self.initialDefault = initialDefault
    self.writeDefault = writeDefault
  }
}

extension IcebergSchema {
  private static let known: Set = ["type", "schema-id", "identifier-field-ids", "fields"]

  var json: SpecValue {
    .members(
      [
        "type": .string("struct"), "schema-id": .integer(id),
        "identifier-field-ids": identifierFieldIDs.isEmpty ? nil : .array(identifierFieldIDs.map { .integer($0) }),
        "fields": .array(fields.map(\.json)),
      ], others: others)
  }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "schema")
    id = try object.optionalInteger("schema-id") ?? 0
    fields = try object.array("fields").map { try IcebergField(json: $0) }
    identifierFieldIDs = try object.integers("identifier-field-ids")
    others = object.others(than: Self.known)
    let ids = fields.flatMap { [$0.id] + $0.type.fieldIDs }
    guard Set(ids).count == ids.count else { throw SluiceError(.targetDamaged, "Iceberg metadata: two fields of schema \(id) have one id") }
    guard ids.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) }) else {
      throw SluiceError(.targetDamaged, "Iceberg metadata: a field of schema \(id) has an id out of range")
    }
  }
}

extension IcebergField {
  private static let known: Set = ["id", "name", "required", "type", "doc", "initial-default", "write-default"]

  var json: SpecValue {
    .members(
      [
        "id": .integer(id), "name": .string(name), "required": .boolean(isRequired), "type": type.json, "doc": doc.map { .string($0) },
        "initial-default": initialDefault, "write-default": writeDefault,
      ], others: others)
  }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "field")
    id = try object.integer("id")
    name = try object.string("name")
    isRequired = try object.boolean("required")
    type = try IcebergType(json: object["type"] ?? .null)
    doc = try object.optionalString("doc")
    initialDefault = object["initial-default"]
    writeDefault = object["write-default"]
    others = object.others(than: Self.known)
  }
}
