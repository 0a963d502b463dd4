import SluiceCore

/// Rows of the bench table's shape as columns, made quickly: for changes of a table with many rows.
struct ChangeRows {
  static let table = TableID(database: "bench", name: "lineitem")

  private var state: UInt64 = 11
  private var sequence: Int64 = 0
  private static let instructions = ["DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"]
  private static let modes = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"]
  private static let words = ["furiously ", "carefully ", "quickly ", "deposits ", "requests ", "packages ", "accounts ", "theodolites "]

  mutating func draw(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }

  /// One row for each id.
  mutating func batch(_ ids: [Int64], kinds: [RowKind]? = nil) -> ChangeBatch {
    var builder = BatchBuilder(types: Lineitem.columns.map(\.type), capacity: ids.count)
    var numbers: [Int64] = []
    for id in ids {
      sequence += 1
      numbers.append(sequence)
      append(id, to: builder.columns)
      builder.finishRow()
    }
    return ChangeBatch(
      table: Self.table, schemaVersion: 0, rows: builder.finish(), kinds: kinds.map { .each($0.map(\.rawValue)) } ?? .allInserts,
      sequence: .each(numbers))
  }

  private mutating func append(_ id: Int64, to columns: UnsafeMutableBufferPointer<ColumnBuilder>) {
    columns[0].append(id)
    columns[1].append(id / 4 + 1)
    columns[2].append(Int32(draw(200_000)))
    columns[3].append(Int32(draw(10_000)))
    columns[4].append(Int32(1 + id % 4))
    columns[5].append(Int64(100 * (1 + draw(50))))
    columns[6].append(Int64(90_000 + draw(10_000_000)))
    columns[7].append(Int64(draw(11)))
    if id % 20 == 0 { columns[8].appendNull() } else { columns[8].append(Int64(draw(9))) }
    columns[9].append(text: ["A", "N", "R"][draw(3)])
    columns[10].append(text: ["O", "F"][draw(2)])
    columns[11].append(Int32(8000 + draw(2500)))
    if id % 50 == 0 { columns[12].appendNull() } else { columns[12].append(Int32(8000 + draw(2500))) }
    columns[13].append(Int64(700_000_000_000_000 + draw(200_000_000_000_000)))
    columns[14].append(text: Self.instructions[draw(4)])
    columns[15].append(text: Self.modes[draw(7)])
    columns[16].append(text: Self.words[draw(8)] + String(draw(1 << 32), radix: 16) + " " + Self.words[draw(8)])
  }
}
