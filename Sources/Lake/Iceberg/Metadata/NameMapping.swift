internal import SluiceCore

/// Which columns the names in files without field ids mean (Iceberg specification, column projection). Only whole columns are looked up.
struct NameMapping: Hashable, Sendable {
  static let property = "schema.name-mapping.default"

  private struct Field: Hashable {
    let id: Int?
    var names: [String]
    /// The fields inside, among others.
    var others: [SpecValue.Member] = []
  }

  private var fields: [Field]

  /// `nil` for a table without one. Throws `target-damaged` for what is none.
  init?(_ properties: [String: String]) throws {
    guard let text = properties[Self.property] else { return nil }
    guard case .array(let items) = try MetadataJSON.parse(text, Self.property) else {
      throw TableMetadata.damaged("\(Self.property) is no list")
    }
    fields = try items.map { item in
      let object = try MetadataJSON(item, Self.property)
      let names = try object.array("names").map { name in
        guard case .string(let text) = name else { throw object.wrong("names", "a list of texts") }
        return text
      }
      return Field(id: try object.optionalInteger("field-id"), names: names, others: object.others(than: ["field-id", "names"]))
    }
  }

  var text: String {
    JSONText.compact(
      .array(
        fields.map { field in
          .members(["field-id": field.id.map { .integer($0) }, "names": .array(field.names.map { .string($0) })], others: field.others)
        }))
  }

  func id(of name: String) -> Int? {
    fields.first { $0.names.contains(name) }?.id
  }

  /// Takes in what columns are called now: a name means the column that has it, and names from before stay where no other column has taken them.
  mutating func follow(_ columns: [IcebergField]) {
    for column in columns where id(of: column.name) != column.id {
      for place in fields.indices { fields[place].names.removeAll { $0 == column.name } }
      if let place = fields.firstIndex(where: { $0.id == column.id }) {
        fields[place].names.append(column.name)
      } else {
        fields.append(Field(id: column.id, names: [column.name]))
      }
    }
  }
}
