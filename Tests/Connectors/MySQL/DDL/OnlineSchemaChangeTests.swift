import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

@Suite struct OnlineSchemaChangeTests {
  private func id(_ name: String) -> TableID { TableID(database: "d", name: name) }

  private func step(_ pairs: [(String, String)]) -> OnlineSchemaChange.Step? {
    OnlineSchemaChange.step(of: pairs.map { (id($0.0), id($0.1)) })
  }

  @Test func `companions of captured tables are known by their names`() {
    let captured: Set<TableID> = [id("t"), id("_under"), id("a_b")]
    func isShadow(_ name: String) -> Bool { OnlineSchemaChange.isShadow(id(name), of: captured.contains) }
    for name in [
      "_t_gho", "_t_ghc", "_t_del", "_t_20240229101500_del", "_t_new", "__t_new", "____t_new", "_t_old", "__t_old", "__under_gho", "_a_b_new",
    ] {
      #expect(isShadow(name), "\(name)")
    }
    for name in ["t", "_u_gho", "t_gho", "_t_bak", "_gho", "_under", "_t_2024_del", "_t_20240229101500_old", "_", "__new"] {
      #expect(!isShadow(name), "\(name)")
    }
    #expect(!OnlineSchemaChange.isShadow(TableID(database: "e", name: "_t_gho"), of: captured.contains))
  }

  @Test func `renames that swap a table are one change of it`() {
    #expect(step([("t", "_t_del"), ("_t_gho", "t")]) == .swap(id("t"), shadow: id("_t_gho"), old: id("_t_del")))
    #expect(step([("t", "_t_20240229101500_del"), ("_t_gho", "t")]) == .swap(id("t"), shadow: id("_t_gho"), old: id("_t_20240229101500_del")))
    #expect(step([("t", "_t_old"), ("_t_new", "t")]) == .swap(id("t"), shadow: id("_t_new"), old: id("_t_old")))
    #expect(step([("t", "__t_old"), ("__t_new", "t")]) == .swap(id("t"), shadow: id("__t_new"), old: id("__t_old")))
    #expect(step([("t", "_t_del")]) == .setAside(id("t"), old: id("_t_del")))
    #expect(step([("_t_gho", "t")]) == .bringIn(id("t"), shadow: id("_t_gho")))
    #expect(step([("t", "u")]) == nil)
    #expect(step([("t", "_t_del"), ("u", "t")]) == nil)
    #expect(step([("a", "b"), ("b", "c"), ("c", "a")]) == nil)
    #expect(step([]) == nil)
  }

  @Test func `what a tool logs makes one difference of the table`() throws {
    let context = MySQLStatementContext(database: "d", dialect: TrackedTables.mysql)
    let table = try TrackedTables.plain()
    let copy = try #require(try table.renamed(to: id("_t_gho")).after("alter /* gh-ost */ table `d`.`_t_gho` add x int not null, drop c").table)
    let sql = "rename /* gh-ost */ table `d`.`t` to `d`.`_t_del`, `d`.`_t_gho` to `d`.`t`"
    guard case .tables(let statements) = MySQLStatement.read(sql, context) else {
      Issue.record("not understood")
      return
    }
    let renames = statements.compactMap { statement -> (from: TableID, to: TableID)? in
      guard case .rename(let from, let to, _) = statement else { return nil }
      return (from, to)
    }
    #expect(OnlineSchemaChange.step(of: renames) == .swap(id("t"), shadow: id("_t_gho"), old: id("_t_del")))
    let changes = MySQLTable.difference(from: table, to: try copy.renamed(to: id("t")))
    #expect(changes.count == 2 && changes.allSatisfy { $0.table == id("t") }, "\(changes)")
  }
}
