internal import SluiceCore

/// Prints rows for programs.
enum RowsText {
  /// One JSON object a line.
  static func printJSON(_ reader: any TableReader, limit: Int) throws {
    let keys = reader.columns.map { JSONText.quoted($0.name) + ":" }
    try eachBatch(reader, limit: limit) { batch, rows in
      let values = batch.columns.map { ValueText($0) }
      var text = ""
      for row in 0..<rows {
        text += "{" + values.indices.map { keys[$0] + values[$0].json(row) }.joined(separator: ",") + "}\n"
      }
      Output.print(text)
    }
  }

  /// RFC 4180 with a header line; a null is an empty field, an empty text is `""`.
  static func printCSV(_ reader: any TableReader, limit: Int) throws {
    Output.line(reader.columns.map { field($0.name) }.joined(separator: ","))
    try eachBatch(reader, limit: limit) { batch, rows in
      let values = batch.columns.map { ValueText($0) }
      var text = ""
      for row in 0..<rows {
        text += values.map { $0.text(row).map(field) ?? "" }.joined(separator: ",") + "\n"
      }
      Output.print(text)
    }
  }

  /// Calls `body` with each batch and how many of its rows are wanted.
  static func eachBatch(_ reader: any TableReader, limit: Int, _ body: (Batch, Int) throws -> Void) throws {
    var left = limit == 0 ? Int.max : limit
    while left > 0, let batch = try reader.next() {
      let rows = min(left, batch.rowCount)
      try body(batch, rows)
      left -= rows
    }
  }

  private static func field(_ text: String) -> String {
    let needsQuotes = text.isEmpty || text.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
    return needsQuotes ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : text
  }
}
