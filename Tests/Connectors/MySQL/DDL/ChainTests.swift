import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// Long lives of one table: ALTERs of the corpus in random order, each on what those before it left. What the server refuses is left out.
@Suite(.serialized) struct ChainTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `a table follows one ALTER after the other`(_ product: DatabaseServer.Product) throws {
    let server = try DDLServer(product)
    let writer = try MySQLConnection(
      TrackedTables.options([
        "port": .integer(server.database.server.port), "user": .string("app"), "password": .secret(Secret("apppass")),
      ]))
    try writer.execute("SET NAMES utf8mb4")
    try writer.execute("USE `\(server.database.name)`")
    try writer.execute("SET SESSION explicit_defaults_for_timestamp = 1")
    let cases = DDLCase.alterations.filter { $0.isFor(product) && $0.tags.isSubset(of: [product.rawValue]) }
    var random = SeededRandom(seed: SeededRandom.processSeed)
    var followed = 0
    var reread = 0
    for life in 0..<8 {
      let name = "life\(life)"
      try writer.execute(DDLServer.base.replacing("{t}", with: name))
      var table = try #require(try server.reread(name))
      var history: [String] = []
      for _ in 0..<40 {
        guard let statement = cases.randomElement(using: &random) else { break }
        let sql = statement.sql.replacing("{t}", with: name)
        if failure({ try writer.execute(sql) }) != nil { continue }
        history.append(sql)
        let context = server.context(statement)
        guard case .tables(let read) = MySQLStatement.read(sql, context) else {
          Issue.record("not understood: \(sql)")
          break
        }
        let told = try #require(try server.reread(name))
        do {
          for step in read { table = try #require(try table.applying(step, dialect: context.dialect).table) }
          followed += 1
        } catch let error as SluiceError where error.kind == .sourceSchemaChanged {
          table = told
          reread += 1
        }
        let found = TableComparison.differences(table, told)
        #expect(found == [], "seed \(SeededRandom.processSeed): \(history.joined(separator: ";\n"))")
        if !found.isEmpty { break }
        table = told
      }
    }
    #expect(followed > 60 && reread < followed / 5, "\(followed) followed, \(reread) read again, seed \(SeededRandom.processSeed)")
  }
}
