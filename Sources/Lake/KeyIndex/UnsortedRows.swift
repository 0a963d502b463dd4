/// Where keys lie in a data file that is not sorted by them, as other engines write them. Immutable.
struct UnsortedRows: Sendable {
  /// The row of each key, in the order of the keys; of rows with one key the last.
  let rows: [UInt32]
  /// By the row of a key the other rows that have it.
  let twins: [UInt32: [UInt32]]

  /// The row at a place and its twins.
  func all(at place: Int) -> [UInt32] { twins[rows[place]].map { $0 + [rows[place]] } ?? [rows[place]] }

  /// The places of the keys of `wanted` rows, ascending.
  func places(of wanted: [UInt32]) -> [UInt32] {
    let wanted = Set(wanted)
    return rows.indices.filter { all(at: $0).contains(where: wanted.contains) }.map { UInt32(truncatingIfNeeded: $0) }
  }

  var heldBytes: Int { rows.count * 4 + twins.reduce(0) { $0 + 64 + $1.value.count * 4 } }
}
