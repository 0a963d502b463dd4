import TestKit
import Testing

@Suite struct IntegerTests {
  @Test("Integers of every width, sign and display arrive with their smallest and largest values", arguments: DatabaseServer.Product.allCases)
  func integers(_ product: DatabaseServer.Product) throws {
    let widths = [("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)]
    let columns = widths.flatMap { type, bits -> [(type: String, values: [String])] in
      let most = UInt64.max >> UInt64(64 - bits)
      let signed = ["\(most / 2)", "-\(most / 2 + 1)", "0", "-1", "1"]
      let unsigned = ["\(most)", "\(most / 2 + 1)", "0", "1"]
      return [(type, signed), ("\(type) UNSIGNED", unsigned), ("\(type) ZEROFILL", unsigned), ("\(type)(4) UNSIGNED ZEROFILL", ["7", "0"])]
    }
    try CopiedDatabase.expectEqual([TypeTable("integers", columns)], on: product)
  }

  @Test("BOOL is an integer, so that every value it can hold arrives", arguments: DatabaseServer.Product.allCases)
  func booleans(_ product: DatabaseServer.Product) throws {
    let table = TypeTable("booleans", [("BOOL", ["TRUE", "FALSE", "127", "-128"]), ("TINYINT(1)", ["1", "0", "2"])])
    try CopiedDatabase.expectEqual([table], on: product)
  }

  @Test("TINYINT(1) is a boolean when the spec says so", arguments: DatabaseServer.Product.allCases)
  func chosenBooleans(_ product: DatabaseServer.Product) throws {
    let table = TypeTable("booleans", [("TINYINT(1)", ["1", "0"]), ("TINYINT(1) UNSIGNED", ["200"]), ("TINYINT", ["100"])])
    let copied = try CopiedDatabase(on: product, table.statements, spec: ["source": ["tinyint1": "boolean"]])
    try copied.expectEqual("booleans", rows: 3)
    #expect(try copied.lakeTypes(of: "booleans")["c1"] == "BOOLEAN")
  }

  @Test("A TINYINT(1) that is neither 0 nor 1 is a dirty row where booleans are wanted", arguments: DatabaseServer.Product.allCases)
  func wrongBooleans(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE b (id INT PRIMARY KEY, c TINYINT(1)); INSERT INTO b VALUES (1, 1), (2, 2), (3, 0)")
    let job = try CopyJob(from: database, ["source": ["tinyint1": "boolean"], "settings": ["errorLimit": ["rows": 1]]])
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try job.dirtyRows().count == 1)
    #expect(try job.lake.table(database, "b").rows(keys: ["id"]).rows == [[1, true], [3, false]])
  }

  @Test("BIT columns are numbers, BIT(1) is a boolean", arguments: DatabaseServer.Product.allCases)
  func bits(_ product: DatabaseServer.Product) throws {
    let ones = { (count: Int) in "b'\(String(repeating: "1", count: count))'" }
    let table = TypeTable(
      "bits",
      [
        ("BIT(1)", ["b'1'", "b'0'"]), ("BIT(8)", ["b'0'", "b'10000000'", ones(8)]), ("BIT(7)", [ones(7)]), ("BIT(33)", [ones(33), "b'1'"]),
        ("BIT(63)", [ones(63)]), ("BIT(64)", ["b'0'", "b'1\(String(repeating: "0", count: 63))'", ones(64), "b'1'"]),
      ])
    try CopiedDatabase.expectEqual([table], on: product)
  }

  @Test("YEAR holds 0 and 1901 to 2155", arguments: DatabaseServer.Product.allCases)
  func years(_ product: DatabaseServer.Product) throws {
    try CopiedDatabase.expectEqual([TypeTable("years", [("YEAR", ["1901", "2155", "0", "1970", "'0000'"])])], on: product)
  }
}
