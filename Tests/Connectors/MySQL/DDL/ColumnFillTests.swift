import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// What old rows read in a new column.
@Suite struct ColumnFillTests {
  private static let columns: [(definition: String, fill: ColumnFill)] = [
    ("INT", .value(nil)), ("INT DEFAULT 7", .value("7")), ("INT NOT NULL", .value("0")), ("INT NOT NULL DEFAULT -3", .value("-3")),
    ("BIGINT UNSIGNED DEFAULT 18446744073709551615", .value("18446744073709551615")), ("INT(5) ZEROFILL NOT NULL DEFAULT 7", .value("7")),
    ("DECIMAL(8,2) NOT NULL", .value("0.00")), ("DECIMAL(8,2) DEFAULT 1.005", .value("1.01")), ("DECIMAL(8,0) DEFAULT '-2.5'", .value("-3")),
    ("FLOAT NOT NULL", .value("0.0")), ("DOUBLE DEFAULT 1e30", .value("1e+30")), ("FLOAT(7,3) DEFAULT 1.2345", .value("1.234")),
    ("BIT(1) NOT NULL", .value("false")), ("BIT(1) DEFAULT b'1'", .value("true")), ("BIT(12) DEFAULT b'1010'", .value("10")),
    ("YEAR DEFAULT 2024", .value("2024")), ("YEAR NOT NULL", .value("0")),
    ("VARCHAR(9) NOT NULL", .value("")), ("VARCHAR(9) DEFAULT 'it''s 中文'", .value("it's 中文")), ("CHAR(9) DEFAULT 'ab  '", .value("ab")),
    ("ENUM('p','q') NOT NULL", .value("p")), ("ENUM('p','q') DEFAULT 'Q'", .value("q")), ("SET('x','y') DEFAULT 'y,x'", .value("x,y")),
    ("SET('x','y') NOT NULL", .value("")), ("TEXT NOT NULL", .value("")), ("BLOB NOT NULL", .value("0x")), ("BINARY(3) NOT NULL", .value("0x000000")),
    ("BINARY(3) DEFAULT 'ab'", .value("0x616200")), ("VARBINARY(9) DEFAULT x'00ff'", .value("0x00ff")),
    ("DATE DEFAULT '2024-2-29'", .value("2024-02-29")), ("DATETIME(3) DEFAULT '2024-02-29 1:2:3.5'", .value("2024-02-29T01:02:03.500")),
    ("TIME(2) DEFAULT '-1:2:3'", .value("-01:02:03.00")), ("TIME NOT NULL", .value("00:00:00")),
    ("TIMESTAMP NULL", .value(nil)), ("TIMESTAMP DEFAULT CURRENT_TIMESTAMP", .unknown), ("TIMESTAMP DEFAULT '2024-02-29 00:00:00'", .unknown),
    ("INT AS (1 + 1)", .unknown), ("VARCHAR(36) DEFAULT (UUID())", .unknown), ("BIGINT NOT NULL AUTO_INCREMENT UNIQUE", .unknown),
    ("JSON", .value(nil)),
  ]

  @Test func `it is the default, else null, else nothing of its type`() throws {
    for (definition, fill) in Self.columns {
      let table = try TrackedTables.plain().after("ALTER TABLE t ADD x \(definition)").table
      #expect(table?.fill(of: "x") == fill, "\(definition)")
    }
  }

  @Test func `zero dates are null where the job says so, and else the server's to tell`() throws {
    for (option, fill) in [("null", ColumnFill.value(nil)), ("dirty", .unknown)] {
      let table = try TrackedTables.made("(id INT)", options: ["zeroDates": .string(option)])
      for type in ["DATE NOT NULL", "DATETIME(6) NOT NULL", "TIMESTAMP NOT NULL", "DATE DEFAULT '0000-00-00'"] {
        #expect(try table.after("ALTER TABLE t ADD x \(type)").table?.fill(of: "x") == fill, "\(type)")
      }
    }
  }

  /// The server is asked what the old row reads, and the snapshot's decoder how that is spelled.
  @Test(arguments: DatabaseServer.Product.allCases)
  func `it is what the server gives old rows`(_ product: DatabaseServer.Product) throws {
    let cases = Self.columns.filter { $0.fill != .unknown && !$0.definition.hasPrefix("JSON") && !$0.definition.contains("AUTO_") }
    let database = try TestDatabase(on: product, prefix: "fill")
    let statements = cases.enumerated().map { "ALTER TABLE t ADD c\($0) \($1.definition)" }
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1);\n" + statements.map { $0 + ";" }.joined(separator: "\n"))
    let source = try database.source()
    let read = try PlainRead(source, try database.definition("t", source))
    let batch = try #require(read.batches.first)
    var table = try TrackedTables.made("(id INT PRIMARY KEY)", product == .mysql ? TrackedTables.mysql : TrackedTables.mariadb)
    for (index, (definition, _)) in cases.enumerated() {
      table = try #require(try table.after(statements[index], product == .mysql ? TrackedTables.mysql : TrackedTables.mariadb).table)
      #expect(table.fill(of: "c\(index)") == .value(ValueText(batch.columns[index + 1]).text(0)), "\(definition)")
    }
  }
}
