import SluiceCore
import TestKit
import Testing

@Suite struct NumberKeyTests {
  private static let shapes = [
    KeyShape("ascending integers", ("id", "INT", "n")),
    KeyShape("negative and positive integers", ("id", "INT", "n - 2500")),
    KeyShape("tiny integers", ("id", "TINYINT", "n - 128")).with(rows: 256),
    KeyShape("zero-filled integers", ("id", "INT(8) UNSIGNED ZEROFILL", "n * 3")),
    KeyShape("signed 64-bit integers up to both ends", ("id", "BIGINT", "IF(n MOD 2, 9223372036854775807 - n * 7919, -9223372036854775807 - 1 + n)")),
    KeyShape("unsigned 64-bit integers up to the largest", ("id", "BIGINT UNSIGNED", "18446744073709551615 - CAST(n AS UNSIGNED) * 3689348814741")),
    KeyShape("integers in clusters with huge gaps", ("id", "BIGINT", "IF(n < 4900, n, n * 1000000000000)")),
    KeyShape(
      "one far outlier at each end", ("id", "BIGINT", "CASE n WHEN 0 THEN -9000000000000000000 WHEN 4999 THEN 9000000000000000000 ELSE n END")),
    KeyShape("decimals", ("id", "DECIMAL(20,5)", "(n - 2500) * 12345.67891")),
    KeyShape(
      "decimals of more digits than the lake holds",
      ("id", "DECIMAL(60,20)", "(n - 2500) * CAST('123456789012345678901234567890.5' AS DECIMAL(60,20))")),
    KeyShape("doubles", ("id", "DOUBLE", "(n - 2500) / 7e0")),
    KeyShape("floats", ("id", "FLOAT", "(n - 2500) / 8")),
    KeyShape(
      "doubles of every magnitude", ("id", "DOUBLE", "IF(n MOD 2, 1, -1) * POW(10, (n DIV 2) / 4.2 - 300) * IF(n MOD 3, 1, 1.0000001)")),
    KeyShape(
      "decimals of the most digits", ("id", "DECIMAL(65,30)", "(n - 2500) * CAST('12345678901234567890123456789012.123456789' AS DECIMAL(65,30)) / 7")
    ),
    KeyShape("64 bits", ("id", "BIT(64)", "18446744073709551615 - CAST(n AS UNSIGNED) * 3689348814741")),
    KeyShape("bits", ("id", "BIT(20)", "n * 200")),
  ]

  @Test("A table keyed by numbers is copied exactly", arguments: KeyCase.all(shapes))
  func numbers(_ keyCase: KeyCase) throws {
    try keyCase.expectExactCopy()
  }

  @Test("Iceberg's refusal of a floating key names the column, before anything is made", arguments: ["DOUBLE", "FLOAT"])
  func floatingKey(_ type: String) throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE k (id \(type) PRIMARY KEY); INSERT INTO k VALUES (1.5)")
    let job = try CopyJob(from: database, LakeFormatName.iceberg.sink)
    let outcome = try job.run()
    #expect(outcome.exitCode == 6 && outcome.errorKind == "target-conflict" && outcome.errors.contains("column id"), "\(outcome)")
    #expect(!job.lake.table(database, "k").exists)
  }
}
