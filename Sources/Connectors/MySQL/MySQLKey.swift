internal import SluiceCore

/// The key columns of a table as SQL: how they are compared, and how a row's key becomes literals.
///
/// A literal means the same whatever the session's character set, and compares under the column's own collation, on the index.
struct MySQLKey: Sendable {
  /// How a part is written.
  enum Form: Sendable {
    /// Digits, sign and point.
    case number
    /// Text of ASCII characters that needs no escape: dates, UUIDs.
    case quoted
    /// UTF-8 as hexadecimal digits.
    case text
    /// Bytes in a character set that may not survive a way through UTF-8; read by a column of its own.
    case encoded(charset: String)
    case bytes
    case bits
    /// The number of an enumeration's member or a set, which is what they sort by; read by a column of its own.
    /// `members` are an enumeration's, in order: the servers use an index only for comparisons with them.
    case ordinal(members: [String])
  }

  struct Part: Sendable {
    let name: String
    let form: Form
    /// The result column that holds the value.
    let field: Int
    /// What selects the value.
    let expression: String
    /// Whether the server's order is that of the decoded values.
    let isOrdered: Bool

    /// `column operator literal`, spelt so that the index serves it.
    func comparison(_ operation: String, _ literal: String) -> String {
      let column = MySQLText.quoted(name)
      let exact = "\(column) \(operation) \(literal)"
      guard case .ordinal(let members) = form, let ordinal = Int(literal), ordinal > 0, ordinal <= members.count else { return exact }
      // Number 0 stands for a value that is no member, and reads as an empty text.
      let matching: [String] =
        switch operation {
        case "=": [members[ordinal - 1]]
        case ">": Array(members[ordinal...])
        case ">=": Array(members[(ordinal - 1)...])
        case "<": [""] + members[..<(ordinal - 1)]
        default: [""] + members[..<ordinal]
        }
      if matching.isEmpty { return "FALSE" }
      return "(\(exact) AND \(column) IN (\(matching.map(MySQLText.literal).joined(separator: ", "))))"
    }
  }

  let index: String
  let parts: [Part]
  /// Select expressions that the key needs beside the table's columns.
  let extraExpressions: [String]

  init?(_ table: MySQLTable) {
    guard let key = table.key, key.isReadableInOrder else { return nil }
    index = key.name
    var parts: [Part] = []
    var extra: [String] = []
    for name in key.columns {
      guard let place = table.columns.firstIndex(where: { $0.name == name }) else { return nil }
      let column = table.columns[place]
      guard let form = Self.form(of: column) else { return nil }
      let quoted = MySQLText.quoted(name)
      var field = place
      var expression = table.mappings[place].selection.expression(quoted)
      switch form {
      case .encoded, .ordinal:
        expression = if case .ordinal = form { "\(quoted) + 0" } else { "CAST(\(quoted) AS BINARY)" }
        field = table.columns.count + extra.count
        extra.append(expression)
      default: break
      }
      parts.append(
        Part(name: name, form: form, field: field, expression: expression, isOrdered: Self.isOrdered(column, table.mappings[place])))
    }
    self.parts = parts
    extraExpressions = extra
  }

  var isOrdered: Bool { parts.allSatisfy(\.isOrdered) }

  /// The key's columns, for ORDER BY.
  var columnList: String { parts.map { MySQLText.quoted($0.name) }.joined(separator: ", ") }

  /// The key as a select list whose values `literal(of:part:)` takes.
  var selectList: String { parts.map(\.expression).joined(separator: ", ") }

  /// Writes the value of part `index` as a literal.
  func literal(of bytes: UnsafeBufferPointer<UInt8>, part index: Int) -> String {
    switch parts[index].form {
    case .number, .ordinal: String(decoding: bytes, as: UTF8.self)
    case .quoted: "'\(String(decoding: bytes, as: UTF8.self))'"
    case .text: "_utf8mb4 " + MySQLText.hex(bytes)
    case .encoded(let charset): "_\(charset) " + MySQLText.hex(bytes)
    case .bytes: MySQLText.hex(bytes)
    case .bits: String(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
  }

  /// `lower < key <= upper`; `nil` for the whole table.
  func condition(after lower: SnapshotKey?, upTo upper: SnapshotKey?) -> String? {
    var terms: [String] = []
    if let lower { terms.append(comparison(lower, strict: ">", last: ">")) }
    if let upper { terms.append(comparison(upper, strict: "<", last: "<=")) }
    return terms.isEmpty ? nil : terms.joined(separator: " AND ")
  }

  /// A tuple comparison spelt out, because the servers use no index for `(a, b) > (1, 2)`. The redundant first term is a range of
  /// the leading column that every optimizer finds, however deep the key.
  func comparison(_ key: SnapshotKey, strict: String, last: String) -> String {
    let pairs = Array(zip(parts, key.parts))
    guard let (part, literal) = pairs.last else { return "TRUE" }
    var condition = part.comparison(last, literal)
    for (part, literal) in pairs.dropLast().reversed() {
      condition = "(\(part.comparison(strict, literal)) OR (\(part.comparison("=", literal)) AND \(condition)))"
    }
    if pairs.count > 1, let (part, literal) = pairs.first { condition = "\(part.comparison(strict + "=", literal)) AND \(condition)" }
    return condition
  }

  private static func form(of column: MySQLCatalogColumn) -> Form? {
    switch column.dataType {
    case "tinyint", "smallint", "mediumint", "int", "integer", "bigint", "decimal", "numeric", "year", "float", "double", "real": .number
    case "date", "datetime", "timestamp", "time", "uuid", "inet4", "inet6": .quoted
    case "binary", "varbinary": .bytes
    case "bit": .bits
    case "enum": .ordinal(members: members(of: column.columnType))
    case "set": .ordinal(members: [])
    case "char", "varchar":
      switch column.charset {
      case "binary": .bytes
      case "utf8mb4", "utf8mb3", "utf8", "ascii": .text
      case let charset?: .encoded(charset: charset)
      case nil: nil
      }
    default: nil
    }
  }

  /// The members of `enum('a','b''c')`; empty when the server escaped one in a way of its own, or shows it as `?`, which is what
  /// MariaDB does with characters of four bytes.
  private static func members(of columnType: String) -> [String] {
    let isPlain = !columnType.contains { $0 == "\\" || $0 == "?" }
    guard isPlain, let open = columnType.firstIndex(of: "'"), columnType.hasSuffix("')") else { return [] }
    var members: [String] = []
    var member = ""
    var isInside = false
    var previous: Character = ","
    for character in columnType[open...].dropLast() {
      if character == "'" {
        // A quote right after a closing one was a doubled quote.
        if !isInside, previous == "'" {
          member = (members.popLast() ?? "") + "'"
        } else if isInside {
          members.append(member)
          member = ""
        }
        isInside.toggle()
      } else if isInside {
        member.append(character)
      }
      previous = character
    }
    return members
  }

  private static func isOrdered(_ column: MySQLCatalogColumn, _ mapping: MySQLMapping) -> Bool {
    switch mapping.type {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .boolean, .decimal, .date, .timestamp, .instant, .binary: true
    case .string: column.collation.map(bytewise.contains) ?? false
    default: false
    }
  }

  /// Collations that compare the bytes of UTF-8 and pad nothing.
  private static let bytewise: Set<String> = [
    "utf8mb4_0900_bin", "utf8mb4_nopad_bin", "utf8mb3_nopad_bin", "utf8_nopad_bin", "ascii_nopad_bin",
  ]
}
