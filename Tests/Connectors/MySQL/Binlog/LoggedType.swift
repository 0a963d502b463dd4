import TestKit

/// A column type and values at its edges, as literals.
struct LoggedType: Sendable {
  let native: String
  let values: [String]
  var product: DatabaseServer.Product?

  init(_ native: String, _ values: [String], on product: DatabaseServer.Product? = nil) {
    self.native = native
    self.values = values
    self.product = product
  }

  private static let integers: [LoggedType] = [
    .init("TINYINT", ["-128", "127", "0", "-1"]), .init("TINYINT UNSIGNED", ["0", "255", "128"]), .init("TINYINT(1)", ["0", "1", "-128", "127"]),
    .init("SMALLINT", ["-32768", "32767", "-1"]), .init("SMALLINT UNSIGNED", ["65535", "32768"]),
    .init("MEDIUMINT", ["-8388608", "8388607", "-1", "0"]), .init("MEDIUMINT UNSIGNED", ["16777215", "8388608", "0"]),
    .init("INT", ["-2147483648", "2147483647", "-1"]), .init("INT(5) UNSIGNED ZEROFILL", ["42", "4294967295"]),
    .init("BIGINT", ["-9223372036854775808", "9223372036854775807", "-1"]),
    .init("BIGINT UNSIGNED", ["18446744073709551615", "9223372036854775808", "0"]), .init("YEAR", ["1901", "2155", "0", "2024"]),
    .init("BIT(1)", ["b'0'", "b'1'"]), .init("BIT(7)", ["b'1111111'", "0"]), .init("BIT(8)", ["255"]), .init("BIT(12)", ["4095", "1", "256"]),
    .init("BIT(63)", ["9223372036854775807"]), .init("BIT(64)", ["18446744073709551615", "1"]),
  ]

  private static let reals: [LoggedType] = [
    .init("FLOAT", ["0", "16777216.1", "0.1234567", "-3.4028234e38", "1.17549435e-38", "1e-45", "-0e0"]),
    .init("FLOAT(7,3)", ["1234.5678", "-0.001"]),
    .init("DOUBLE", ["-1.7976931348623157e308", "0.1e0 + 0.2e0", "5e-324", "2.2250738585072014e-308", "1e15", "123456789012345678"]),
    .init("DOUBLE(12,4)", ["12345678.12345", "-0.00004"]), .init("DOUBLE UNSIGNED", ["1e100"]),
  ]

  private static let decimals: [LoggedType] = {
    var types: [LoggedType] = []
    for (precision, scale) in [
      (1, 0), (2, 2), (5, 0), (9, 0), (9, 9), (10, 0), (10, 2), (15, 2), (18, 0), (18, 1), (18, 9), (18, 17), (18, 18), (19, 0), (20, 10), (27, 9),
      (36, 18), (38, 0), (38, 10), (38, 30), (39, 0), (40, 2), (65, 0), (65, 30), (30, 30),
    ] {
      let nines = String(repeating: "9", count: precision - scale) + "." + String(repeating: "9", count: scale)
      let tail = String("1234567890123456789012345678901".prefix(scale))
      let head = String("98765432109876543210987654321098765432109876543210987654321098765".prefix(precision - scale))
      var values = ["\(nines)", "-\(nines)", "0", "\(head).\(tail)", "-\(head).\(tail)"]
      if scale > 0 { values += ["0." + String(repeating: "0", count: scale - 1) + "1", "-0." + String(repeating: "0", count: scale - 1) + "1"] }
      if precision > scale { values += ["1", "-1"] }
      types.append(.init("DECIMAL(\(precision),\(scale))", values))
    }
    types.append(.init("DECIMAL(12,3) UNSIGNED ZEROFILL", ["1.5", "0"]))
    types.append(.init("DECIMAL(45,5) ZEROFILL", ["1.5", "0", "123456789012345678901234567890.12345"]))
    return types
  }()

  private static let moments: [LoggedType] = {
    var types: [LoggedType] = [.init("DATE", ["'0001-01-01'", "'9999-12-31'", "'2024-02-29'", "'1970-01-01'", "'1969-12-31'", "'1900-03-01'"])]
    for digits in 0...6 {
      let size = digits == 0 ? "" : "(\(digits))"
      types.append(
        .init(
          "DATETIME\(size)",
          ["'0001-01-01 00:00:00'", "'9999-12-31 23:59:59'", "'1969-12-31 23:59:59.999999'", "'2024-02-29 12:34:56.123456'", "'1970-01-01'"]))
      types.append(
        .init(
          "TIMESTAMP\(size) NULL", ["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'", "'2001-09-09 01:46:40.123456'", "'2024-02-29 23:59:59.000001'"])
      )
      types.append(
        .init(
          "TIME\(size)",
          [
            "'00:00:00'", "'-838:59:59'", "'838:59:59'", "'-00:00:00.000001'", "'-00:00:01.5'", "'23:59:58.987654'", "'-838:59:58.99'",
            "'-10:11:12.123456'",
          ]
        ))
    }
    return types
  }()

  private static let texts: [LoggedType] = [
    .init("CHAR(4)", ["'ab  '", "''", "'é😀'", "'    '"]),
    .init("CHAR(255)", ["REPEAT('😀', 255)"]),
    .init("CHAR(200) CHARACTER SET latin1", ["'é£€'", "''"]),
    .init("CHAR(9) CHARACTER SET ucs2", ["'ab '", "'中'"]), .init("CHAR(9) CHARACTER SET utf32", ["'ab '", "'中😀'"]),
    .init("VARCHAR(20)", ["'ab  '", "''", "'é😀'"]), .init("VARCHAR(255) CHARACTER SET ascii", ["REPEAT('x', 255)"]),
    .init("VARCHAR(300)", ["REPEAT('x', 300)", "'a\\0b'"]), .init("VARCHAR(20) CHARACTER SET gbk", ["'中文'", "'a中b'"]),
    .init("VARCHAR(9) COLLATE utf8mb4_bin", ["'x '"]), .init("TINYTEXT", ["REPEAT('y', 255)", "''"]), .init("TEXT", ["REPEAT('é', 20000)"]),
    .init("TEXT CHARACTER SET utf16", ["'é😀'", "''"]), .init("MEDIUMTEXT CHARACTER SET latin2", ["REPEAT('ž', 70000)"]),
    .init("LONGTEXT", ["REPEAT('x', 70000)", "'{\"a\": 1}'"]), .init("BINARY(4)", ["x'00ff'", "''", "x'61200000'", "x'00000000'", "x'20202020'"]),
    .init("BINARY(255)", ["x'01'"]), .init("VARBINARY(9)", ["x'275c0a00'", "x'0000'", "''"]), .init("VARBINARY(300)", ["REPEAT(x'00', 300)"]),
    .init("TINYBLOB", ["x'00'"]), .init("BLOB", ["''", "x'ff00'"]), .init("MEDIUMBLOB", ["REPEAT(x'ab', 70000)"]), .init("LONGBLOB", ["x'0102'"]),
    .init("ENUM('a','it''s','é','b\\\\c','x,y')", ["'a'", "'it''s'", "'é'", "'b\\\\c'", "'x,y'", "0"]),
    .init("ENUM('中','文') CHARACTER SET gbk", ["'文'", "'中'"]),
    .init("ENUM(\((0..<300).map { "'m\($0)'" }.joined(separator: ",")))", ["'m0'", "'m255'", "'m299'"]),
    .init("SET('x','y','z')", ["'z,x'", "''", "'x,y,z'"]), .init("SET('ä','ö') CHARACTER SET latin1", ["'ö,ä'", "'ä'"]),
    .init("SET(\((0..<64).map { "'s\($0)'" }.joined(separator: ",")))", ["'s63'", "'s0,s31,s32,s63'", "18446744073709551615"]),
    .init("SET(\((0..<20).map { "'s\($0)'" }.joined(separator: ",")))", ["'s19,s7'"]),
  ]

  private static let others: [LoggedType] = [
    .init("POINT", ["ST_GeomFromText('POINT(1 2)')"]), .init("GEOMETRY", ["ST_GeomFromText('LINESTRING(0 0,1 1,2 2)', 4326)"]),
    .init("POLYGON", ["ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')"]),
    .init(
      "UUID",
      [
        "'123e4567-e89b-12d3-a456-426655440000'", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
        "'0190163d-8694-739b-aea5-966c26f8ad90'", "'6ccd780c-baba-1026-9564-5b8c656024db'", "'00112233-4455-4677-8899-aabbccddee00'",
        "'1ef21d2f-6ba4-6000-8c3c-010203040506'", "'12345678-9abc-8def-bfff-000000000000'", "'a0a1a2a3-a4a5-3000-8000-000000000001'",
      ], on: .mariadb),
    .init("INET4", ["'10.0.0.1'", "'255.255.255.255'", "'0.0.0.0'", "'1.0.0.0'"], on: .mariadb),
    .init(
      "INET6",
      [
        "'2001:db8::1'", "'::'", "'::1'", "'::ffff:192.0.2.1'", "'::192.0.2.1'", "'1::'", "'1:0:0:2:0:0:0:3'", "'1:0:2:0:3:0:4:0'", "'fe80::1:0:0:1'",
        "'0:0:1::'", "'::1:0'", "'::ffff:0.0.0.1'", "'::ffff:0:1.2.3.4'", "'1:2:3:4:5:6:7:8'", "'0:1:0:1:0:1:0:1'", "'::2:3:4:5:6:7'",
      ], on: .mariadb),
    .init("TEXT COMPRESSED", ["REPEAT('é', 2000)", "'x'", "''"], on: .mariadb),
    .init("BLOB COMPRESSED", ["REPEAT(x'00', 2000)", "x'00'", "''"], on: .mariadb),
    .init("VARCHAR(3000) COMPRESSED", ["REPEAT('ab', 1000)", "'x'", "''"], on: .mariadb),
    .init("VARCHAR(200) COMPRESSED CHARACTER SET latin1", ["REPEAT('é', 100)", "'x'", "''"], on: .mariadb),
    .init("VARBINARY(200) COMPRESSED", ["REPEAT(x'ab', 100)"], on: .mariadb), .init("LONGTEXT COMPRESSED", ["REPEAT('z', 70000)"], on: .mariadb),
    .init("VECTOR(2)", ["STRING_TO_VECTOR('[1,2]')"], on: .mysql), .init("JSON", ["'[1]'", "'{\"b\": 1, \"a\": [1,   2]}'", "'null'"]),
  ]

  static let all = integers + reals + decimals + moments + texts + others
}
