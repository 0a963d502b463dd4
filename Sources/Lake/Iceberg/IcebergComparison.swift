internal import SluiceCore

/// Compares an existing table with the wanted one; the first difference is an error.
struct IcebergComparison {
  let design: IcebergDesign

  /// Throws `target-conflict` that names the first difference.
  func check(_ metadata: TableMetadata, _ schema: IcebergSchema) throws {
    for (index, column) in design.target.columns.enumerated() {
      guard index < schema.fields.count else { throw conflict("the existing table lacks the column", column: column.name) }
      let field = schema.fields[index]
      guard field.name == column.name else { throw conflict("column \(index + 1) of the existing table is \(field.name)", column: column.name) }
      guard IcebergTypes.dataType(of: field.type) == design.storage[index].storage else {
        throw conflict("the existing table keeps it as \(field.type.text), not \(design.storage[index].name)", column: field.name)
      }
      // Columns that were added later, or were nullable once, stay nullable.
      guard !field.isRequired || !design.isNullable(index) else { throw conflict("the existing table has it NOT NULL", column: field.name) }
    }
    if schema.fields.count > design.target.columns.count {
      throw conflict("the existing table has one column more", column: schema.fields[design.target.columns.count].name)
    }
    let key = try schema.identifierFieldIDs.map { id in
      guard let field = schema.field(id) else { throw TableMetadata.damaged("schema \(schema.id) names a key column that it does not have") }
      return field.name
    }
    if Set(key) != Set(design.target.primaryKey) {
      throw conflict("the primary key of the existing table: \(Self.list(key)); wanted: \(Self.list(design.target.primaryKey))")
    }
    let wanted = try IcebergPartitionBy.spec(design.target, schema)
    let found = try metadata.defaultSpec()
    guard Self.parts(found) == Self.parts(wanted) else {
      throw conflict("the partitions of the existing table: \(Self.text(found, schema)); wanted: \(Self.text(wanted, schema))")
    }
    if let buckets = design.target.buckets, !design.target.primaryKey.isEmpty, let made = metadata.properties[IcebergSlots.property],
      made != "\(buckets)"
    {
      throw conflict("the existing table has \(made) buckets, not \(buckets)")
    }
  }

  private static func parts(_ spec: PartitionSpec) -> [String] {
    spec.fields.filter { $0.transform != .void }.map { "\($0.sourceIDs) \($0.transform.text)" }
  }

  private static func text(_ spec: PartitionSpec, _ schema: IcebergSchema) -> String {
    list(
      spec.fields.filter { $0.transform != .void }.map { "\($0.transform.text) of \(schema.nestedField($0.sourceID)?.name ?? "a dropped column")" })
  }

  private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }

  private func conflict(_ message: String, column: String? = nil) -> SluiceError {
    SluiceError(
      .targetConflict, message, at: .init(table: design.target.id, column: column), remedy: "use another target or drop the existing table")
  }
}
