internal import SluiceCore

/// A key value as SQL, made from its text. Whatever the text holds, the literal is a literal.
struct MySQLKeyLiteral {
  let table: TableID
  let column: MySQLCatalogColumn

  /// `column = literal`. Text that is no value of the column is `spec-invalid`.
  func condition(_ cell: RowImage.Cell) throws -> String {
    "\(MySQLText.quoted(column.name)) = \(try literal(cell))"
  }

  private func literal(_ cell: RowImage.Cell) throws -> String {
    switch cell {
    case .bytes(let bytes): return MySQLText.hex(bytes)
    case .text(let text): return try literal(text)
    case .masked: throw refused("the key is not kept, because the column is sensitive")
    case .null, .cut: throw refused("the key is not kept whole")
    }
  }

  private func literal(_ text: String) throws -> String {
    switch column.dataType {
    case "tinyint", "smallint", "mediumint", "int", "integer", "bigint", "decimal", "numeric", "year", "double", "real", "bit":
      if text == "true" || text == "false" { return text == "true" ? "1" : "0" }
      if text.hasPrefix("0x"), let bytes = HexText.bytes(text.dropFirst(2)) { return MySQLText.hex(bytes) + " + 0" }
      guard !text.isEmpty, text.utf8.allSatisfy({ Self.numeric.contains($0) }), Double(text) != nil else { throw refused("the key is no number") }
      return text
    case "date", "datetime", "timestamp", "time", "uuid", "inet4", "inet6":
      let plain = text.hasSuffix("Z") ? String(text.dropLast()) : text
      guard plain.utf8.allSatisfy({ Self.plain.contains($0) }) else { throw refused("the key is no date, time or address") }
      return "'\(plain.replacing("T", with: " "))'"
    case "binary", "varbinary":
      guard text.hasPrefix("0x"), let bytes = HexText.bytes(text.dropFirst(2)) else { throw refused("the key is no binary value") }
      return MySQLText.hex(bytes)
    case "float": throw refused("a row cannot be found by a key of type float")
    default:
      // A literal of the column's own character set compares on its index.
      guard let charset = column.charset, !["utf8mb4", "utf8mb3", "utf8", "ascii", "binary"].contains(charset) else { return MySQLText.literal(text) }
      return "CONVERT(\(MySQLText.literal(text)) USING \(charset))"
    }
  }

  private func refused(_ message: String) -> SluiceError {
    SluiceError(.specInvalid, message, at: .init(table: table, column: column.name))
  }

  private static let numeric = Set("0123456789.-+eE".utf8)
  private static let plain = Set("0123456789abcdefABCDEF.:- T".utf8)
}
