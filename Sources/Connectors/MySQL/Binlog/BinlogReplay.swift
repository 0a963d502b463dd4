package import SluiceCore

/// Decodes the rows of one table from events that lie in memory: what benchmarks measure.
package struct BinlogReplay {
  private let table: MySQLTable
  private let options: MySQLOptions

  /// - Parameter columns: what `information_schema.COLUMNS` says, each as name, data type, column type, precision, scale and fraction.
  package init(_ id: TableID, columns: [(name: String, type: String, native: String, precision: Int, scale: Int, fraction: Int)], key: String) throws
  {
    options = try MySQLOptions(OptionValues())
    let catalog = columns.map { column in
      MySQLCatalogColumn(
        [
          column.name, column.type, column.native, column.name == key ? "NO" : "YES", "\(column.precision)", "\(column.scale)", "\(column.fraction)",
          column.type.hasSuffix("char") ? "utf8mb4" : nil, nil, nil, "", "", column.name == key ? "PRI" : "",
        ][...])
    }
    table = try MySQLTable(
      id, columns: catalog, indexes: [MySQLIndex(name: "PRIMARY", columns: [key])], comment: "", rows: 0, bytes: 0, options: options)
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
