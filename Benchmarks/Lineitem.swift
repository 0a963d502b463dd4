import SluiceCore

/// Rows of the bench table's shape, made in memory: the same ones each time.
struct Lineitem {
  static let columns: [(name: String, type: DataType, isNullable: Bool)] = [
    ("id", .int64, false), ("l_orderkey", .int64, false), ("l_partkey", .int32, false), ("l_suppkey", .int32, false),
    ("l_linenumber", .int32, false), ("l_quantity", money, false), ("l_extendedprice", money, false), ("l_discount", money, false),
    ("l_tax", money, true), ("l_returnflag", .string, false), ("l_linestatus", .string, false), ("l_shipdate", .date, false),
    ("l_commitdate", .date, true), ("l_receiptts", .timestamp(precision: 6), true), ("l_shipinstruct", .string, false),
    ("l_shipmode", .string, false), ("l_comment", .string, false),
  ]

  private static let money = DataType.decimal(precision: 15, scale: 2)
  private static let openings = ["furiously", "carefully", "quickly", "blithely", "slyly", "express", "final", "bold"]
  private static let goods = ["deposits", "requests", "packages", "accounts", "theodolites", "pinto beans"]
  private static let instructions = ["DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"]
  private static let modes = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"]

  private var state: UInt64 = 7

  private mutating func draw(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }

  /// The texts of row `row` as a MySQL server would send them; `nil` is NULL.
  mutating func texts(_ row: Int) -> [String?] {
    let hex = String(draw(1 << 32), radix: 16, uppercase: true)
    let comment = "\(Self.openings[draw(8)]) \(hex) \(Self.goods[draw(6)]) \(String(draw(1 << 32), radix: 16, uppercase: true))"
    let moment = "\(day()) \(two(draw(24))):\(two(draw(60))):\(two(draw(60))).\(100_000 + draw(900_000))"
    return [
      "\(row)", "\(row / 4 + 1)", "\(1 + draw(200_000))", "\(1 + draw(10_000))", "\(1 + row % 4)", "\(1 + draw(50)).00",
      "\(900 + draw(100_000)).\(two(draw(100)))", "0.\(two(draw(11)))", row % 20 == 0 ? nil : "0.0\(draw(9))", ["A", "N", "R"][draw(3)],
      ["O", "F"][draw(2)], day(), row % 50 == 0 ? nil : day(), moment, Self.instructions[draw(4)], Self.modes[draw(7)],
      String(comment.prefix(10 + draw(34))),
    ]
  }

  private mutating func day() -> String { "\(1992 + draw(7))-\(two(1 + draw(12)))-\(two(1 + draw(28)))" }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
