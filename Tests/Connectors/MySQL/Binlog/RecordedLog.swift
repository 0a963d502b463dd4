import Foundation
import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// A log in `Tests/Vectors/binlog`: the statements of `record.sh` under one server's settings.
struct RecordedLog: Sendable, CustomStringConvertible {
  let description: String
  var isMariaDB: Bool { description.hasPrefix("mariadb") }

  static let all = [
    "mysql-full", "mysql-plain", "mysql-compressed", "mysql-compressed-plain", "mysql-partial-plain", "mariadb-full", "mariadb-plain",
    "mariadb-compressed",
  ].map(RecordedLog.init)

  var bytes: [UInt8] {
    get throws { [UInt8](try Data(contentsOf: URL(filePath: Checkout.root + "/Tests/Vectors/binlog/\(description).bin"))) }
  }

  var events: [[UInt8]] { get throws { BinlogBytes(Data(try bytes)).events.map(\.bytes) } }

  /// The table of the recording, before and after its `ALTER TABLE`.
  func table(isAltered: Bool) throws -> MySQLTable {
    var columns: [(name: String, type: String, charset: String?)] = [
      ("id", "int unsigned", nil), ("name", "varchar(300)", "utf8mb4"), ("price", "decimal(10,2)", nil), ("made", "datetime(6)", nil),
      ("day", "date", nil), ("sort", "enum('a','b','c')", "utf8mb4"), ("flags", "set('x','y')", "utf8mb4"), ("note", "text", "latin1"),
      isMariaDB ? ("doc", "longtext", "utf8mb4") : ("doc", "json", nil), ("raw", "binary(4)", nil),
    ]
    if isAltered { columns.append(("extra", "int", nil)) }
    let catalog = columns.map { name, type, charset in
      var column = MySQLCatalogColumn(name: name, columnType: type, isNullable: name != "id")
      column.charset = charset
      column.isPrimary = name == "id"
      return column
    }
    return try MySQLTable(
      TableID(database: "shop", name: "goods"), columns: catalog, indexes: [MySQLIndex(name: "PRIMARY", columns: ["id"])], comment: "",
      options: try Self.options)
  }

  static var options: MySQLOptions {
    get throws { try #require(try MySQLPlugin.make(OptionValues(["user": .string("nobody")])) as? MySQLSource).options }
  }

  /// Rows as text, one a line; statements with a `#` before them.
  func lines() throws -> [String] {
    var decoder = BinlogDecoder(file: "\(description).bin")
    var assembly = BinlogTableAssembly(try table(isAltered: false), schemaVersion: 1, options: try Self.options)
    var sequence: Int64 = 0
    var lines: [String] = []
    for event in try events {
      try decoder.read(event) { _, event in
        switch event {
        case .rows(let rows):
          try assembly.append(rows, sequence: &sequence, position: nil, dirty: { lines.append("dirty \($0)") })
          if let batch = assembly.finish() { lines += Self.lines(batch) }
        case .query(let query):
          lines.append("# \(query.statement)")
          if query.statement.hasPrefix("ALTER") {
            assembly = BinlogTableAssembly(try table(isAltered: true), schemaVersion: 2, options: try Self.options)
          }
        case .xaPrepare(let xa): lines.append("# XA PREPARE \(xa.text)")
        case .gtid(let gtid) where !gtid.tag.isEmpty: lines.append("# tag \(gtid.tag) \(gtid.number)")
        default: break
        }
      }
    }
    return lines
  }

  private static func lines(_ batch: ChangeBatch) -> [String] {
    (0..<batch.rowCount).map { row in
      let kind = RowKind(rawValue: batch.kinds[row]).map { "\($0)" } ?? "?"
      let values = batch.rows.columns.map { column in
        let text = ValueText(column).text(row) ?? "-"
        return text.count > 60 ? "\(text.prefix(20))… \(text.count)" : text
      }
      return "\(kind) \(values.joined(separator: "|"))"
    }
  }
}
