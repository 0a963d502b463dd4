import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// A column type, what it becomes, and a value with its text in the batch.
struct TypeCase: Sendable {
  let native: String
  let type: DataType
  let literal: String
  let rendered: String
  var product: DatabaseServer.Product?

  static let all: [TypeCase] = [
    .init(native: "TINYINT", type: .int8, literal: "-128", rendered: "-128"),
    .init(native: "TINYINT(1)", type: .int8, literal: "127", rendered: "127"),
    .init(native: "TINYINT UNSIGNED", type: .uint8, literal: "255", rendered: "255"),
    .init(native: "SMALLINT UNSIGNED", type: .uint16, literal: "65535", rendered: "65535"),
    .init(native: "MEDIUMINT", type: .int32, literal: "-8388608", rendered: "-8388608"),
    .init(native: "INT(5) UNSIGNED ZEROFILL", type: .uint32, literal: "42", rendered: "42"),
    .init(native: "BIGINT", type: .int64, literal: "-9223372036854775808", rendered: "-9223372036854775808"),
    .init(native: "BIGINT UNSIGNED", type: .uint64, literal: "18446744073709551615", rendered: "18446744073709551615"),
    .init(native: "YEAR", type: .int16, literal: "2155", rendered: "2155"),
    .init(native: "BIT(1)", type: .boolean, literal: "1", rendered: "true"),
    .init(native: "BIT(12)", type: .int64, literal: "4095", rendered: "4095"),
    .init(native: "BIT(64)", type: .uint64, literal: "18446744073709551615", rendered: "18446744073709551615"),
    .init(native: "FLOAT", type: .float32, literal: "16777216.1", rendered: "16777216.0"),
    .init(native: "FLOAT", type: .float32, literal: "0.1234567", rendered: "\(Float(0.1234567))"),
    .init(native: "FLOAT(7,3)", type: .float32, literal: "1234.5678", rendered: "\(Float(1234.568))"),
    .init(native: "DOUBLE", type: .float64, literal: "-1.7976931348623157e308", rendered: "\(-Double.greatestFiniteMagnitude)"),
    .init(native: "DOUBLE", type: .float64, literal: "0.1e0 + 0.2e0", rendered: "0.30000000000000004"),
    .init(native: "DECIMAL(18,2)", type: .decimal(precision: 18, scale: 2), literal: "-0.05", rendered: "-5"),
    .init(
      native: "DECIMAL(38,10) UNSIGNED", type: .decimal(precision: 38, scale: 10), literal: "1234567890123456789012345678.0123456789",
      rendered: "12345678901234567890123456780123456789"),
    .init(native: "DECIMAL(65,30)", type: .string, literal: "-1.5", rendered: "-1.500000000000000000000000000000"),
    .init(native: "DATE", type: .date, literal: "'0001-01-01'", rendered: "-719162"),
    .init(native: "DATETIME", type: .timestamp(precision: 0), literal: "'1970-01-02 00:00:01'", rendered: "86401000"),
    .init(native: "DATETIME(6)", type: .timestamp(precision: 6), literal: "'1969-12-31 23:59:59.999999'", rendered: "-1"),
    .init(native: "TIMESTAMP(3)", type: .instant(precision: 3), literal: "'2001-09-09 01:46:40.123'", rendered: "1000000000123"),
    .init(native: "TIME(2)", type: .string, literal: "'-838:59:58.99'", rendered: "-838:59:58.99"),
    .init(native: "CHAR(4)", type: .string, literal: "'ab  '", rendered: "ab"),
    .init(native: "VARCHAR(20) CHARACTER SET gbk", type: .string, literal: "'中文'", rendered: "中文"),
    .init(native: "TEXT CHARACTER SET utf16", type: .string, literal: "'é😀'", rendered: "é😀"),
    .init(native: "LONGTEXT", type: .string, literal: "REPEAT('x', 70000)", rendered: String(repeating: "x", count: 70_000)),
    .init(native: "BINARY(4)", type: .binary, literal: "x'00ff'", rendered: "00ff0000"),
    .init(native: "VARBINARY(9)", type: .binary, literal: "x'275c0a00'", rendered: "275c0a00"),
    .init(native: "BLOB", type: .binary, literal: "''", rendered: ""),
    .init(native: "ENUM('a','it''s','é')", type: .string, literal: "'it''s'", rendered: "it's"),
    .init(native: "SET('x','y','z')", type: .string, literal: "'z,x'", rendered: "x,z"),
    .init(native: "JSON", type: .json, literal: "'[1]'", rendered: "[1]"),
    .init(native: "POINT", type: .binary, literal: "ST_GeomFromText('POINT(1 2)')", rendered: "000000000101000000000000000000f03f0000000000000040"),
    .init(
      native: "UUID", type: .string, literal: "'123e4567-e89b-12d3-a456-426655440000'", rendered: "123e4567-e89b-12d3-a456-426655440000",
      product: .mariadb),
    .init(native: "INET4", type: .string, literal: "'10.0.0.1'", rendered: "10.0.0.1", product: .mariadb),
    .init(native: "INET6", type: .string, literal: "'2001:db8::1'", rendered: "2001:db8::1", product: .mariadb),
    .init(native: "VECTOR(2)", type: .binary, literal: "STRING_TO_VECTOR('[1,2]')", rendered: "0000803f00000040", product: .mysql),
  ]
}

/// A value as the column holds it: times in their unit, decimals unscaled, bytes in hexadecimal.
private func rendered(_ column: Column, _ row: Int) -> String? {
  if column.isNull(row) { return nil }
  switch column.type {
  case .boolean: return "\(column.boolean(row))"
  case .int8: return "\(column.fixed(as: Int8.self)[row])"
  case .int16: return "\(column.fixed(as: Int16.self)[row])"
  case .int32, .date: return "\(column.fixed(as: Int32.self)[row])"
  case .uint8: return "\(column.fixed(as: UInt8.self)[row])"
  case .uint16: return "\(column.fixed(as: UInt16.self)[row])"
  case .uint32: return "\(column.fixed(as: UInt32.self)[row])"
  case .uint64: return "\(column.fixed(as: UInt64.self)[row])"
  case .float32: return "\(column.fixed(as: Float.self)[row])"
  case .float64: return "\(column.fixed(as: Double.self)[row])"
  case .decimal: return "\(column.unscaledDecimal(row))"
  case .binary: return String(MySQLText.hex(column.bytes(at: row)).dropFirst(2).dropLast())
  case .string, .json: return String(decoding: column.bytes(at: row), as: UTF8.self)
  default: return "\(column.fixed(as: Int64.self)[row])"
  }
}

@Suite(.serialized) struct TypeTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `every type keeps its values`(_ product: DatabaseServer.Product) throws {
    let cases = TypeCase.all.filter { $0.product == nil || $0.product == product }
    let database = try TestDatabase(on: product)
    let columns = cases.enumerated().map { "c\($0) \($1.native) NULL COMMENT 'column \($0)'" }.joined(separator: ", ")
    try database.execute(
      """
      SET time_zone = '+00:00';
      CREATE TABLE t (id INT PRIMARY KEY, \(columns)) CHARACTER SET utf8mb4;
      INSERT INTO t VALUES (1, \(cases.map(\.literal).joined(separator: ", ")));
      INSERT INTO t (id) VALUES (2);
      """)
    let source = try database.source()
    let table = try database.definition("t", source)
    let read = try PlainRead(source, table)
    #expect(read.dirty.isEmpty && read.rows == 2, "\(read.dirty)")
    let batch = try #require(read.batches.first)
    for (index, expected) in cases.enumerated() {
      let definition = table.columns[index + 1]
      #expect(definition.type == expected.type, "\(expected.native)")
      #expect(definition.comment == "column \(index)")
      #expect(rendered(batch.columns[index + 1], 0) == expected.rendered, "\(expected.native) \(expected.literal.prefix(60))")
      #expect(batch.columns[index + 1].isNull(1), "\(expected.native)")
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `negative zero, booleans on request, generated and invisible columns`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY, f FLOAT, d DOUBLE, flag TINYINT(1), twice INT AS (id * 2) STORED, hid INT DEFAULT 7 INVISIBLE);
      INSERT INTO t (id, f, d, flag) VALUES (1, -0e0, -0e0, 1), (2, 1, 1, 5);
      """)
    let source = try database.source(["tinyint1": .string("boolean")])
    let table = try database.definition("t", source)
    #expect(table.columns.map(\.name) == ["id", "f", "d", "flag", "twice", "hid"])
    let read = try PlainRead(source, table)
    let batch = try #require(read.batches.first)
    #expect(read.rows == 1)
    #expect(read.dirty.map(\.column) == ["flag"])
    // MariaDB makes a plain zero of the literal.
    let sign: FloatingPointSign = product == .mysql ? .minus : .plus
    #expect(batch.columns[1].fixed(as: Float.self)[0].sign == sign && batch.columns[2].fixed(as: Double.self)[0].sign == sign)
    #expect(batch.columns[3].boolean(0) && rendered(batch.columns[4], 0) == "2" && rendered(batch.columns[5], 0) == "7")
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `the key is the primary one, else a unique one without nulls, else none`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(
      """
      CREATE TABLE a (x INT NOT NULL, y INT NOT NULL, PRIMARY KEY (y, x), UNIQUE (x));
      CREATE TABLE b (x INT NOT NULL, y INT, z INT NOT NULL, UNIQUE first_one (y), UNIQUE second_one (z, x));
      CREATE TABLE c (x INT, y INT, UNIQUE (x));
      CREATE TABLE d (x TEXT NOT NULL, UNIQUE (x(10)));
      CREATE TABLE e (x VARCHAR(50) NOT NULL, PRIMARY KEY (x(5)));
      CREATE VIEW v AS SELECT * FROM a;
      INSERT INTO c VALUES (1, 1), (NULL, 2), (NULL, 2);
      """)
    let source = try database.source()
    let tables = try source.discover(TableSelection(include: ["\(database.name).*"]))
    #expect(tables.map(\.id.name) == ["a", "b", "c", "d", "e"])
    #expect(tables.map(\.primaryKey) == [["y", "x"], ["z", "x"], [], [], ["x"]])
    let modes = try tables.map { try source.makeSnapshotReader($0).mode }
    #expect(modes == [.ranges(isOrdered: true), .ranges(isOrdered: true), .whole, .whole, .whole])
    #expect(try PlainRead(source, tables[2]).rows == 3)
    let view = failure { _ = try source.discover(TableSelection(include: ["\(database.name).v"])) }
    #expect(view?.kind == .sourceTableMissing && view?.message.contains("view") == true)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a thousand tables are discovered with a few queries`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute((0..<1_000).map { "CREATE TABLE t\($0) (id INT PRIMARY KEY, v VARCHAR(20));" }.joined(separator: "\n"))
    let clock = ContinuousClock()
    let source = try database.source()
    var found = 0
    let time = try clock.measure { found = try source.discover(TableSelection(include: ["\(database.name).*"])).count }
    #expect(found == 1_000)
    print("1,000 tables of \(product) in \(time)")
  }
}
