import SluiceCore
import TestKit
import Testing

@Suite struct MappingTests {
  /// Column types and the lake types that the reference page promises for them.
  private static let promised = [
    ("TINYINT", "TINYINT"), ("TINYINT UNSIGNED", "SMALLINT"), ("SMALLINT", "SMALLINT"), ("SMALLINT UNSIGNED", "INT"), ("MEDIUMINT", "INT"),
    ("INT", "INT"),
    ("INT UNSIGNED", "BIGINT"), ("BIGINT", "BIGINT"), ("BIGINT UNSIGNED", "DECIMAL(20, 0)"), ("BIT(1)", "BOOLEAN"), ("BIT(9)", "BIGINT"),
    ("BIT(64)", "DECIMAL(20, 0)"), ("DECIMAL(10,2)", "DECIMAL(10, 2)"), ("DECIMAL(38,10)", "DECIMAL(38, 10)"), ("DECIMAL(39,0)", "STRING"),
    ("DECIMAL(65,30)", "STRING"), ("FLOAT", "FLOAT"), ("DOUBLE", "DOUBLE"), ("YEAR", "SMALLINT"), ("DATE", "DATE"), ("DATETIME", "TIMESTAMP(0)"),
    ("DATETIME(6)", "TIMESTAMP(6)"), ("TIMESTAMP(3)", "TIMESTAMP(3) WITH LOCAL TIME ZONE"), ("TIME(6)", "STRING"), ("VARCHAR(10)", "STRING"),
    ("LONGTEXT", "STRING"), ("JSON", "STRING"), ("ENUM('a')", "STRING"), ("SET('a')", "STRING"), ("BINARY(4)", "BYTES"), ("LONGBLOB", "BYTES"),
    ("GEOMETRY", "BYTES"),
  ]

  @Test("The lake's types are the promised ones, and `plan` says so and where a type is kept differently", arguments: DatabaseServer.Product.allCases)
  func types(_ product: DatabaseServer.Product) throws {
    let definitions = Self.promised.enumerated().map { "c\($0) \($1.0)" + ($1.0.hasPrefix("TIMESTAMP") ? " NULL" : "") }
    let copied = try CopiedDatabase(on: product, "CREATE TABLE m (id INT PRIMARY KEY, \(definitions.joined(separator: ", ")));")
    let types = try copied.lakeTypes(of: "m")
    for (index, (source, target)) in Self.promised.enumerated() { #expect(types["c\(index)"] == target, "\(source)") }

    let plan = try copied.job.command("plan", ["--json"])
    #expect(plan.exitCode == 0, "\(plan)")
    let columns = try plan.lines().first?["tables"]?.items.first?["columns"]?.items ?? []
    #expect(columns.dropFirst().map { $0["targetType"]?.text } == Self.promised.map(\.1))
    for (column, (source, _)) in zip(columns.dropFirst(), Self.promised) where ["DECIMAL(65,30)", "TIME(6)", "JSON", "GEOMETRY"].contains(source) {
      #expect(column["notes"]?.items.isEmpty == false, "\(source)")
    }
  }
}
