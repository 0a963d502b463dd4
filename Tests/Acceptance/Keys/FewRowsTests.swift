import SluiceCore
import TestKit
import Testing

@Suite struct FewRowsTests {
  @Test("A table of one row is copied", arguments: DatabaseServer.Product.allCases)
  func oneRow(_ product: DatabaseServer.Product) throws {
    try KeyCase(product: product, shape: KeyShape("one row", ("id", "INT", "n")).with(rows: 1)).expectExactCopy()
  }

  @Test("An empty table is a table, with or without a key", arguments: DatabaseServer.Product.allCases, LakeFormatName.allCases)
  func noRow(_ product: DatabaseServer.Product, _ format: LakeFormatName) throws {
    let copied = try CopiedDatabase(
      on: product, "CREATE TABLE k (id INT PRIMARY KEY, t TEXT); CREATE TABLE l (t TEXT);", spec: KeyCase.spec, into: format)
    for name in ["k", "l"] {
      try copied.expectEqual(name, rows: 0, keys: [])
      let table = copied.job.lake.table(copied.database, name)
      #expect(table.exists)
      #expect(try table.files().isEmpty)
      #expect(try table.references().isExact)
    }
  }

  @Test("Many small tables are copied in one run", arguments: DatabaseServer.Product.allCases)
  func manyTables(_ product: DatabaseServer.Product) throws {
    let names = (0..<60).map { "t\($0)" }
    let statements = names.map { "CREATE TABLE \($0) (id INT PRIMARY KEY, t TEXT); INSERT INTO \($0) VALUES (1, '\($0)'), (2, NULL);" }
    let copied = try CopiedDatabase(on: product, statements.joined(separator: "\n"))
    for name in names {
      let rows = try copied.job.lake.table(copied.database, name).rows(by: .rust, keys: ["id"])
      #expect(rows.rows == [[1, .string(name)], [2, nil]])
    }
    #expect(try copied.job.lake.orphans() == [])
  }
}
