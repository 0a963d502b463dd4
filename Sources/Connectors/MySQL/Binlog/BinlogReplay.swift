package import SluiceCore

/// Decodes the rows of one table from events that lie in memory: what benchmarks measure.
package struct BinlogReplay {
  private let table: MySQLTable
  private let options: MySQLOptions

  /// - Parameter columns: names and types as the server spells them; texts are UTF-8.
  package init(_ id: TableID, columns: [(name: String, type: String)], key: String) throws {
    options = try MySQLOptions(OptionValues())
    let catalog = columns.map { name, type in
      var column = MySQLCatalogColumn(name: name, columnType: type, isNullable: name != key)
      if ["char", "varchar"].contains(column.dataType) { column.charset = "utf8mb4" }
      column.isPrimary = name == key
      return column
    }
    table = try MySQLTable(id, columns: catalog, indexes: [MySQLIndex(name: "PRIMARY", columns: [key])], comment: "", options: options)
  }

  /// Reads events of a log from the format description on, and hands over a batch whenever `rows` have come together.
  package func run(_ events: [UnsafeRawBufferPointer], rows limit: Int, emit: (ChangeBatch) -> Void) throws {
    var decoder = BinlogDecoder()
    var sequence: Int64 = 0
    let assembly = BinlogTableAssembly(table, schemaVersion: 1, options: options)
    for event in events {
      try decoder.read(event) { _, event in
        guard case .rows(let rows) = event else { return }
        try assembly.append(rows, sequence: &sequence, position: nil, dirty: { _ in })
      }
      if assembly.rowCount >= limit, let batch = assembly.finish() { emit(batch) }
    }
    if let batch = assembly.finish() { emit(batch) }
  }
}
