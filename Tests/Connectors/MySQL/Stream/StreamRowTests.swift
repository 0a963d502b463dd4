import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// A server, and whether its log is followed by file and offset although it has GTIDs.
struct StreamCase: Sendable, CustomStringConvertible {
  let product: DatabaseServer.Product
  let byFile: Bool

  var description: String { "\(product), by \(byFile ? "file" : "GTIDs")" }

  static let all = DatabaseServer.Product.allCases.flatMap { product in [false, true].map { StreamCase(product: product, byFile: $0) } }
}

@Suite(.serialized) struct StreamRowTests {
  @Test(arguments: StreamCase.all)
  func `rows come in order with what each does, and numbered through`(_ streamCase: StreamCase) throws {
    let database = try TestDatabase(on: streamCase.product)
    try database.execute(
      "CREATE TABLE a (k INT PRIMARY KEY, v VARCHAR(20)); CREATE TABLE b (k INT, l INT, v INT, PRIMARY KEY (l, k)); CREATE TABLE n (v INT)")
    let follower = try database.followed(byFile: streamCase.byFile)
    try database.execute(
      """
      INSERT INTO a VALUES (1, 'one'), (2, NULL);
      START TRANSACTION; UPDATE a SET v = 'two' WHERE k = 2; INSERT INTO b VALUES (1, 2, 3); UPDATE b SET k = 5, v = 4; DELETE FROM a WHERE k = 1; COMMIT;
      START TRANSACTION; INSERT INTO a VALUES (7, 'never'); ROLLBACK;
      START TRANSACTION; INSERT INTO a VALUES (8, 'x'); SAVEPOINT s; INSERT INTO a VALUES (9, 'never'); ROLLBACK TO s; COMMIT;
      INSERT INTO n VALUES (1); UPDATE n SET v = 2; DELETE FROM n;
      """)
    try follower.readToHead()
    #expect(
      follower.rows.filter { $0.table == "a" }.map { "\($0.kind) \($0.values.joined(separator: "|"))" }
        == ["insert 1|one", "insert 2|NULL", "updateAfter 2|two", "delete 1|one", "insert 8|x"])
    #expect(
      follower.rows.filter { $0.table == "b" }.map { "\($0.kind) \($0.values.joined(separator: "|"))" }
        == ["insert 1|2|3", "delete 1|2|3", "insert 5|2|4"])
    #expect(
      follower.rows.filter { $0.table == "n" }.map { "\($0.kind) \($0.values.joined(separator: "|"))" }
        == ["insert 1", "updateBefore 1", "updateAfter 2", "delete 2"])
    #expect(follower.rows.map(\.sequence).sorted() == (1...12).map { $0 })
    #expect(follower.rows.filter { $0.table == "b" }.map(\.sequence) == [4, 5, 6])
    #expect(follower.events.isEmpty)
    #expect(follower.lastSlice?.commitTime ?? 0 > 1_700_000_000_000_000)
    let place = try MySQLPosition(follower.position)
    #expect(place.sequence == 12 && !place.isWithinTransaction && (place.gtids == nil) == streamCase.byFile)
  }

  @Test(arguments: StreamCase.all)
  func `a stream made anew at any slice's end goes on with the very next row`(_ streamCase: StreamCase) throws {
    let database = try TestDatabase(on: streamCase.product)
    try database.execute(
      """
      CREATE TABLE a (k INT PRIMARY KEY, v VARCHAR(3000)); CREATE TABLE b (k INT PRIMARY KEY, v INT);
      CREATE TABLE o (k INT PRIMARY KEY, v VARCHAR(3000));
      """)
    let source = try database.source()
    let head = try #require(try source.currentPosition())
    let start = try streamCase.byFile ? TestDatabase.withoutGTIDs(head) : head
    let whole = try LogFollower(source, ["\(database.name).a", "\(database.name).b", "\(database.name).new*"], from: start)
    for round in 0..<2 {
      try database.execute(
        """
        INSERT INTO b (k, v) VALUES (\(round), 0); FLUSH BINARY LOGS;
        START TRANSACTION;
        INSERT INTO a SELECT 100 * \(round) + x.k, REPEAT('x', 2000) FROM (SELECT 1 k UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) x;
        INSERT INTO o SELECT k, v FROM a; UPDATE b SET v = v + 1; DELETE FROM o; UPDATE a SET v = REPEAT('y', 2500), k = k + 10; DELETE FROM b WHERE k = \(round);
        COMMIT;
        CREATE TABLE new\(round) (k INT PRIMARY KEY); INSERT INTO new\(round) VALUES (1), (2);
        ALTER TABLE b ADD COLUMN c\(round) INT DEFAULT 7; INSERT INTO b (k, v) VALUES (\(round) + 50, 1);
        """)
    }
    try whole.readToHead(bytes: 1)
    let end = try #require(try source.currentPosition())
    #expect(whole.rows.map(\.sequence).sorted() == (1...Int64(whole.rows.count)).map { $0 })
    #expect(whole.boundaries.contains { (try? MySQLPosition($0.position).isWithinTransaction) ?? false })
    #expect(whole.boundaries.count > 15)
    for boundary in whole.boundaries {
      let rest = try LogFollower(whole, from: boundary)
      try rest.read(to: end, bytes: 4_000)
      let difference = Self.firstDifference(rest.items, whole.items[boundary.itemCount...])
      #expect(difference == nil, "\(boundary.position)")
    }
  }

  /// Slices that are cut elsewhere put tables in another order, but not the items of a table.
  private static func firstDifference(_ left: [LogFollower.Item], _ right: ArraySlice<LogFollower.Item>) -> String? {
    let left = Dictionary(grouping: left, by: \.table)
    let right = Dictionary(grouping: right, by: \.table)
    for table in Set(left.keys).union(right.keys).sorted() {
      let (ours, theirs) = (left[table] ?? [], right[table] ?? [])
      if let (our, their) = zip(ours, theirs).first(where: { $0 != $1 }) { return "\(our) instead of \(their)" }
      if ours.count != theirs.count { return "\(table): \(ours.count) instead of \(theirs.count)" }
    }
    return nil
  }
}
