import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

@Suite struct PositionTests {
  private static let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
  private static let other = "0011fa47-71ca-11e1-9e33-c80aa9429562"

  @Test func `a position reads back what it wrote`() throws {
    var position = MySQLPosition(file: "binlog.000003", offset: 1_234, gtids: ReadGTIDs("\(Self.uuid):1-3,\n \(Self.other):1"), server: Self.uuid)
    position.rows = [TableID(database: "shop", name: "orders"): 3, TableID(database: "a;b=c,d*", name: "é.%"): 1]
    position.statements = 1
    position.sequence = 99
    #expect(
      position.position.text
        == "mysql:file=binlog.000003;pos=1234;gtid=\(Self.other):1,\(Self.uuid):1-3;rows=a%3bb%3dc%2cd%2a.%c3%a9%2e%25*1,shop.orders*3;statements=1;seq=99;server=\(Self.uuid)"
    )
    #expect(try MySQLPosition(position.position) == position)
    #expect(try MySQLPosition(Position("mysql:file=b.1;pos=4")).gtids == nil)
    for isMariaDB in [false, true] {
      let empty = MySQLPosition(file: "b.1", offset: 4, gtids: ReadGTIDs.none(isMariaDB: isMariaDB))
      #expect(try MySQLPosition(empty.position) == empty)
    }
    for text in ["kafka:1", "mysql:pos=4", "mysql:file=b.1;pos=4;gtid=what", "mysql:file=b.1;pos=4;rows=a*1", "mysql:file=b.1;pos=4;rows=a.b%zz*1"] {
      #expect(failure { _ = try MySQLPosition(Position(text)) }?.kind == .stateForeign, "\(text)")
    }
  }

  @Test func `positions are ordered by GTIDs where both have them, else by file and offset`() throws {
    func reached(_ text: String, _ other: String) throws -> Bool {
      try MySQLPosition(Position("mysql:" + other)).hasReached(MySQLPosition(Position("mysql:" + text)))
    }
    #expect(try reached("file=b.999999;pos=7", "file=b.1000000;pos=4"))
    #expect(try !reached("file=b.000002;pos=7", "file=b.000002;pos=6"))
    #expect(try reached("file=b.000002;pos=7", "file=b.000002;pos=7"))
    #expect(try reached("file=b.000002;pos=7;gtid=\(Self.uuid):1-5", "file=x.000001;pos=4;gtid=\(Self.uuid):1-5:8"))
    #expect(try !reached("file=b.000002;pos=7;gtid=\(Self.uuid):1-5", "file=b.000002;pos=9;gtid=\(Self.uuid):1-4:6"))
    #expect(try reached("file=b.000002;pos=7;gtid=0-1-5,1-1-7", "file=b.000002;pos=1;gtid=0-2-6,1-1-7"))
    #expect(try !reached("file=b.000002;pos=7;gtid=0-1-5,1-1-7", "file=b.000002;pos=9;gtid=0-2-6"))
    #expect(try reached("file=b.000002;pos=7;gtid=none", "file=b.000002;pos=1;gtid=\(Self.uuid):1"))
    #expect(failure { _ = try reached("file=b.000002;pos=7", "file=c.000002;pos=7") }?.kind == .sourceLogForeign)
    #expect(failure { _ = try reached("file=b.000002;pos=7;gtid=0-1-5", "file=b.000002;pos=7;gtid=\(Self.uuid):1") }?.kind == .sourceLogForeign)
  }

  @Test func `sets of GTIDs are read in any spelling and written in the server's`() throws {
    let spelled = try #require(MySQLGTIDSet("\(Self.uuid.uppercased()):5-6:1-3 : 9:TAG_1:2:1,\n\(Self.uuid):4"))
    #expect(spelled.description == "\(Self.uuid):1-6:9:tag_1:1-2")
    for text in [
      "x", Self.uuid, "\(Self.uuid):", "\(Self.uuid):0", "\(Self.uuid):3-2", "\(Self.uuid):1-2-3", "\(Self.uuid):1:a-b:1",
      "\(Self.uuid):99999999999999999999",
    ] {
      #expect(MySQLGTIDSet(text) == nil, "\(text)")
    }
    #expect(MariaDBGTIDs("0-1-5, 0-2-9,1-1-3")?.description == "0-2-9,1-1-3")
    for text in ["0-1", "0-1-x", "0-1-2-3", "-1-1-1"] { #expect(MariaDBGTIDs(text) == nil, "\(text)") }
  }

  @Test(arguments: 0..<20)
  func `sets of GTIDs do what sets of numbers do`(_ seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let source = MySQLGTIDSet.Source(high: 1, low: 2, tag: "")
    func make() -> (MySQLGTIDSet, Set<UInt64>) {
      var set = MySQLGTIDSet()
      var model: Set<UInt64> = []
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        let first = UInt64.random(in: 1...40, using: &random)
        let range = first...(first + UInt64.random(in: 0...5, using: &random))
        set.insert(source, range)
        model.formUnion(range)
      }
      return (set, model)
    }
    func numbers(_ set: MySQLGTIDSet) -> Set<UInt64> { Set((set.intervals[source] ?? []).flatMap { Array($0) }) }
    for _ in 0..<200 {
      let (left, leftModel) = make()
      let (right, rightModel) = make()
      #expect(numbers(left) == leftModel)
      let ranges = left.intervals[source] ?? []
      #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
      var union = left
      union.formUnion(right)
      #expect(numbers(union) == leftModel.union(rightModel))
      #expect(numbers(left.subtracting(right)) == leftModel.subtracting(rightModel))
      #expect(left.isSuperset(of: right) == leftModel.isSuperset(of: rightModel))
      #expect(MySQLGTIDSet(left.description) == left)
    }
  }
}
