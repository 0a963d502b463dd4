import TestKit
import Testing

@Suite struct WideTableTests {
  @Test("A table of a thousand columns is copied", arguments: DatabaseServer.Product.allCases)
  func columns(_ product: DatabaseServer.Product) throws {
    let count = 1_000
    let types = ["INT", "VARCHAR(5)", "DATE", "DECIMAL(9,2)", "TINYINT UNSIGNED"]
    let definitions = (0..<count).map { "c\($0) \(types[$0 % types.count])" }
    let values = (0..<count).map { $0 % 7 == 0 ? "NULL" : $0 % types.count == 2 ? "'2024-01-01'" : "\($0 % 100)" }
    let copied = try CopiedDatabase(
      on: product,
      """
      CREATE TABLE w (id INT PRIMARY KEY, \(definitions.joined(separator: ", ")));
      INSERT INTO w SELECT n, \(values.joined(separator: ", ")) FROM \(TestDatabase.numbers(below: 50));
      """)
    try copied.expectEqual("w", rows: 50)
  }
}
