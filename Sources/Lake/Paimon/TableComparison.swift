internal import SluiceCore

/// Compares an existing table with the wanted one; the first difference is an error.
struct TableComparison {
  let design: TableDesign

  /// Throws `target-conflict` that names the first difference.
  func check(_ schema: TableSchema) throws {
    let types = try schema.dataTypes()
    for (index, column) in design.target.columns.enumerated() {
      guard index < schema.fields.count else { throw conflict("the existing table lacks the column", column: column.name) }
      let field = schema.fields[index]
      guard field.name == column.name else {
        throw conflict("column \(index + 1) of the existing table is \(field.name)", column: column.name)
      }
      guard types[index] == design.storage[index].storage else {
        throw conflict(
          "the existing table keeps it as \(PaimonTypes.storage(of: types[index]).name), not \(design.storage[index].name)", column: field.name)
      }
      // Columns that were added later, or were nullable once, stay nullable.
      guard field.type.isNullable || !design.isNullable(index) else { throw conflict("the existing table has it NOT NULL", column: field.name) }
    }
    if schema.fields.count > design.target.columns.count {
      throw conflict("the existing table has one column more", column: schema.fields[design.target.columns.count].name)
    }
    try compare("primary key", schema.primaryKeys, design.target.primaryKey)
    try compare("partition columns", schema.partitionKeys, design.target.partitionKeys)
    if let buckets = design.target.buckets, design.buckets > 0, Int(schema.bucketCount) != buckets {
      throw conflict("the existing table has \(schema.bucketCount) buckets, not \(buckets)")
    }
    try checkOptions(schema)
  }

  /// Settings under which files that Sluice writes would be misread.
  private func checkOptions(_ schema: TableSchema) throws {
    if schema.hasDeletionVectors {
      if schema.primaryKeys.isEmpty { throw conflict("the existing table has no key and uses deletion vectors") }
      if schema.options["deletion-vectors.bitmap64"]?.lowercased() == "true" { throw conflict("the existing table has 64-bit deletion vectors") }
      if schema.topLevel < 3 { throw conflict("the existing table has too few levels") }
    }
    let format = schema.options["file.format"]?.lowercased() ?? "parquet"
    if format != "parquet" { throw conflict("the existing table keeps its files as \(format)") }
    if let engine = schema.options["merge-engine"], engine != "deduplicate" { throw conflict("the existing table has the merge engine \(engine)") }
    if schema.options["sequence.field"] != nil { throw conflict("the existing table has a sequence field") }
    let function = schema.options["bucket-function.type"] ?? "default"
    if function != "default" { throw conflict("the existing table has the bucket function \(function)") }
    if !schema.primaryKeys.isEmpty && schema.bucketCount < 1 { throw conflict("the existing table has no fixed bucket count") }
  }

  private func compare(_ what: String, _ found: [String], _ wanted: [String]) throws {
    if found == wanted { return }
    func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
    throw conflict("the \(what) of the existing table: \(list(found)); wanted: \(list(wanted))")
  }

  private func conflict(_ message: String, column: String? = nil) -> SluiceError {
    SluiceError(
      .targetConflict, message, at: .init(table: design.target.id, column: column), remedy: "use another target or drop the existing table")
  }
}
