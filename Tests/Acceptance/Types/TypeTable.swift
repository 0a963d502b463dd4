/// A table with a column for each type. Row n holds the n-th value of each column, as it is written in SQL, and NULL where a column has
/// fewer; the last row is all NULL.
struct TypeTable {
  struct Column {
    let type: String
    let values: [String]
  }

  let name: String
  let columns: [Column]

  init(_ name: String, _ columns: [(type: String, values: [String])]) {
    self.name = name
    self.columns = columns.map { Column(type: $0.type, values: $0.values) }
  }

  var rowCount: Int { (columns.map(\.values.count).max() ?? 0) + 1 }

  /// Creates and fills the table; columns are called c1, c2 and so on.
  var statements: String {
    let definitions = columns.enumerated().map { "c\($0 + 1) \($1.type) NULL" }
    let rows = (0..<rowCount).map { row in
      "(" + ([String(row)] + columns.map { row < $0.values.count ? $0.values[row] : "NULL" }).joined(separator: ", ") + ")"
    }
    return """
      CREATE TABLE \(name) (id INT NOT NULL PRIMARY KEY, \(definitions.joined(separator: ", "))) ROW_FORMAT=DYNAMIC;
      INSERT INTO \(name) VALUES \(rows.joined(separator: ",\n"));

      """
  }

  /// A table with the same columns and rows, which all came by the log.
  var twin: String { name + "_by_log" }

  var emptyTwin: String { "CREATE TABLE \(twin) LIKE \(name);\n" }

  /// Fills the twin; gives each row of the table the values of the row before; deletes every third.
  var changes: String {
    let assignments = columns.indices.map { "t.c\($0 + 1) = b.c\($0 + 1)" }.joined(separator: ", ")
    return """
      INSERT INTO \(twin) SELECT * FROM \(name);
      UPDATE \(name) t JOIN \(twin) b ON b.id = (t.id + \(rowCount - 1)) MOD \(rowCount) SET \(assignments);
      DELETE FROM \(name) WHERE id MOD 3 = 2;

      """
  }
}
