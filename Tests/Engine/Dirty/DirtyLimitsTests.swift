import SluiceCore
import Testing

@testable import SluiceEngine

@Suite struct DirtyLimitsTests {
  private static let a = TableID(database: "db", name: "a")
  private static let b = TableID(database: "db", name: "b")

  /// Tells dirty rows of tables at moments, and answers the number of the first that is one too many.
  private func first(_ limit: ErrorLimit, _ rows: [(table: TableID, time: Double)], reads: (Double) -> Int = { _ in 0 }) throws -> Int? {
    var limits = try DirtyLimits(limit)
    var state = DirtyState()
    for (number, row) in rows.enumerated() {
      state.count(DirtyRow(table: row.table, key: [:], column: "c", value: "", reason: ""), nil)
      limits.sample(at: row.time, present: [Self.a, Self.b]) { _ in reads(row.time) }
      if limits.note(row.table, at: row.time, open: state, reads: { _ in reads(row.time) }) != nil { return number + 1 }
    }
    return nil
  }

  @Test("the row after the last allowed one is told, exactly", arguments: [0, 1, 7, 100])
  func rows(_ allowed: Int) throws {
    let rows = (0..<200).map { (Self.a, Double($0)) }
    #expect(try first(ErrorLimit(rows: allowed), rows) == allowed + 1)
    #expect(try first(ErrorLimit(rows: nil), rows) == nil)
  }

  @Test("within a window only its rows count")
  func window() throws {
    let slow = (0..<200).map { (Self.a, Double($0) * 10) }
    #expect(try first(ErrorLimit(rows: 5, window: 45), slow) == nil, "five rows in any 45 seconds")
    #expect(try first(ErrorLimit(rows: 4, window: 45), slow) == 5)
    let burst = slow.prefix(100) + (0..<6).map { (Self.a, 5_000 + Double($0)) }
    #expect(try first(ErrorLimit(rows: 5, window: 45), Array(burst)) == 106)
  }

  @Test("a share of a window's rows is allowed up to it")
  func share() throws {
    // A thousand rows a second, one of them dirty; from second 100 on 20.
    let rows = (0..<200).flatMap { second in (0..<(second < 100 ? 1 : 20)).map { (Self.a, Double(second) + Double($0) / 20) } }
    let reads: (Double) -> Int = { Int($0 * 1_000) }
    #expect(try first(ErrorLimit(rows: nil, percentage: 3, window: 10), rows, reads: reads) == nil)
    let broken = try #require(try first(ErrorLimit(rows: nil, percentage: 1, window: 10), rows, reads: reads))
    // Ten seconds of 10,000 rows hold more than 100 dirty ones about five seconds later.
    #expect((180...260).contains(broken), "\(broken)")
    #expect(try first(ErrorLimit(rows: nil, percentage: 1.1), rows, reads: reads) == nil, "over all rows the share is small for long enough")
  }

  @Test("tables have limits of their own, each by the first rule that matches")
  func tables() throws {
    let limit = ErrorLimit(rows: nil, tables: [.init(pattern: "db.a", rows: 2), .init(pattern: "*.*", rows: 5)])
    #expect(try first(limit, (0..<9).map { (Self.a, Double($0)) }) == 3)
    #expect(try first(limit, (0..<9).map { (Self.b, Double($0)) }) == 6)
    #expect(try first(limit, [(Self.a, 0), (Self.b, 0), (Self.a, 0), (Self.b, 0), (Self.b, 0), (Self.b, 0)]) == nil)
    #expect(try first(ErrorLimit(rows: 3, tables: limit.tables), [(Self.a, 0), (Self.b, 0), (Self.a, 0), (Self.b, 0)]) == 4)
  }

  @Test("rows that went through again make room")
  func settled() throws {
    var limits = try DirtyLimits(ErrorLimit(rows: 1))
    var state = DirtyState()
    state.tables = [.init(table: Self.a, target: nil, counts: [.init(node: "decode", code: "value", rows: 9, settled: 8)])]
    #expect(limits.note(Self.a, at: 0, open: state, reads: { _ in 0 }) == nil)
    state.tables[0].counts[0].rows = 10
    #expect(limits.note(Self.a, at: 0, open: state, reads: { _ in 0 }) == "2 dirty rows, 1 allowed")
  }
}
