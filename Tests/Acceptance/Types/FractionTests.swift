import TestKit
import Testing

@Suite struct FractionTests {
  @Test("Decimals of up to 65 digits arrive exactly, with their scale", arguments: DatabaseServer.Product.allCases)
  func decimals(_ product: DatabaseServer.Product) throws {
    let shapes = [
      (65, 30), (65, 0), (39, 0), (38, 38 - 8), (38, 10), (38, 0), (30, 30), (19, 5), (19, 0), (18, 18), (18, 0), (10, 2), (9, 9), (1, 0), (1, 1),
    ]
    let columns = shapes.map { precision, scale in
      let whole = String(repeating: "9", count: precision - scale)
      let part = String(repeating: "9", count: scale)
      let most = scale == 0 ? whole : "\(whole.isEmpty ? "0" : whole).\(part)"
      let least = scale == 0 ? "1" : "0." + String(repeating: "0", count: scale - 1) + "1"
      return (type: "DECIMAL(\(precision),\(scale))", values: [most, "-\(most)", "0", least, "-\(least)", scale == 0 ? "-0" : "0.1"])
    }
    try CopiedDatabase.expectEqual([TypeTable("decimals", columns)], on: product)
  }

  @Test("Unsigned and zero-filled decimals arrive as their numbers", arguments: DatabaseServer.Product.allCases)
  func unsignedDecimals(_ product: DatabaseServer.Product) throws {
    let table = TypeTable(
      "decimals",
      [
        ("DECIMAL(10,2) UNSIGNED", ["99999999.99", "0", "0.01"]), ("DECIMAL(10,2) ZEROFILL", ["12.5", "0", "99999999.99"]),
        ("DECIMAL(45,5) ZEROFILL", ["12.5"]), ("DECIMAL(20,0) UNSIGNED", ["18446744073709551615"]), ("NUMERIC", ["1234567890"]),
      ])
    try CopiedDatabase.expectEqual([table], on: product)
  }

  @Test("Floats and doubles arrive bit by bit, from subnormal to largest, with the sign of zero", arguments: DatabaseServer.Product.allCases)
  func floats(_ product: DatabaseServer.Product) throws {
    let singles = [
      "0", "-0e0", "0.1", "-0.1", "3.4028234663852886e38", "-3.4028234663852886e38", "1.17549435e-38", "1.4e-45", "1e-40", "16777216", "16777215",
      "123456.789", "3.14159274", "1e-30", "0.3333333333",
    ]
    let doubles = [
      "0", "-0e0", "0.1", "1.7976931348623157e308", "-1.7976931348623157e308", "2.2250738585072014e-308", "5e-324", "-1e-300", "1e-300", "1e22",
      "9007199254740993e0", "0.30000000000000004", "123456789.123456789e0", "1e15", "-1e100",
    ]
    let table = TypeTable(
      "floats",
      [
        ("FLOAT", singles), ("DOUBLE", doubles), ("REAL", doubles), ("FLOAT(53)", doubles),
        ("FLOAT(7,3)", ["9999.999", "-9999.999", "0.001", "1.0005"]),
        ("DOUBLE(12,4)", ["99999999.9999", "-0.0001", "0", "0.12345"]), ("DOUBLE(30,20)", ["0.1", "1234567890.0123456789"]),
        ("FLOAT UNSIGNED", ["0", "1.5"]), ("FLOAT(9,2) ZEROFILL", ["12.5"]), ("DOUBLE ZEROFILL", ["12.5", "1e100"]),
      ])
    try CopiedDatabase.expectEqual([table], on: product)
  }
}
