import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

/// The catalog of these tests is judged by clients that others wrote.
@Suite struct RESTForeignTests {
  @Test("pyiceberg and DuckDB make, change and read tables of each other through the server", arguments: Access.all)
  func foreignClients(_ access: Access) throws {
    let fixture = try RESTFixture(access.settings)
    let answer = try RESTClients.ask("exercise", of: fixture.server, access.options)
    let rows: SpecValue = [["0", "n0"], ["1", "n1"], ["2", "n2"]]
    #expect(answer["pyiceberg"] == rows && answer["duckdb"] == rows)
    #expect(answer["names"] == ["geese", "snakes"])
    // And this catalog sees what they made.
    let catalog = try fixture.catalog(access.own, warehouse: "main")
    #expect(try catalog.tables(in: "foreign").map(\.name) == ["geese", "snakes"])
    let snakes = try #require(try catalog.load(TableID(database: "foreign", name: "snakes"))).metadata
    #expect(snakes.snapshots.count == 3 && snakes.schemas.count == 2)
    #expect(try snakes.currentSchema().fields.map(\.name) == ["id", "title"])
  }

  struct Access: Sendable, CustomTestStringConvertible {
    let settings: SpecValue
    let options: SpecValue
    let own: SpecValue

    var testDescription: String { JSONText.compact(options) }

    static let all = [
      Access(
        settings: ["warehouse": "main", "prefix": "p", "client": ["me", "word"], "scope": "catalog"],
        options: ["warehouse": "main", "credential": "me:word", "scope": "catalog"], own: ["credential": "me:word"]),
      Access(settings: ["warehouse": "main", "tokens": ["word"]], options: ["warehouse": "main", "token": "word"], own: ["token": "word"]),
    ]
  }

  @Test("Rows that pyiceberg appends and commits of this catalog follow on each other")
  func interplay() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog, version: 2)
    let rows: [SpecValue] = (0..<4).map { ["id": .integer($0), "name": "n"] }
    try Concurrently.run(2) { thread in
      if thread == 0 {
        _ = try RESTClients.ask("append", of: fixture.server, ["table": ["shop", "orders"], "rows": .array(rows)])
      } else {
        for number in 0..<20 {
          let outcome = try catalog.commit(
            RESTFixture.table, requirements: [.uuid(made.metadata.uuid)], updates: [.setProperties(["number": "\(number)"])])
          _ = try #require(outcome.committed)
        }
      }
    }
    let table = try #require(try catalog.load(RESTFixture.table)).metadata
    #expect(table.snapshots.count == 4 && table.properties["number"] == "19")
    #expect(table.currentSnapshot?.summary["total-records"] == "4")
  }
}
