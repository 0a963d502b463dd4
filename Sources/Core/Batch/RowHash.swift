/// A 64-bit hash of each row's key columns, for spreading rows where no lake format prescribes a hash.
///
/// Stable across processes and versions: work may be handed between machines by it.
public enum RowHash {
  public static func hashes(of batch: Batch, keys: [Int]) -> [UInt64] {
    var hashes = [UInt64](repeating: 0x9e37_79b9_7f4a_7c15, count: batch.rowCount)
    for key in keys {
      let column = batch.columns[key]
      for row in 0..<batch.rowCount { hashes[row] = mix(hashes[row] ^ value(column, row)) }
    }
    return hashes
  }

  private static func value(_ column: Column, _ row: Int) -> UInt64 {
    if column.isNull(row) { return 0x6e75_6c6c }
    switch column.type.layout {
    case .bits: return column.boolean(row) ? 1 : 2
    case .fixed(width: 1): return UInt64(column.fixed(as: UInt8.self)[row])
    case .fixed(width: 2): return UInt64(column.fixed(as: UInt16.self)[row])
    case .fixed(width: 4): return UInt64(column.fixed(as: UInt32.self)[row])
    case .fixed(width: 8): return column.fixed(as: UInt64.self)[row]
    case .fixed:
      let wide = column.fixed(as: UInt128.self)[row]
      return mix(UInt64(truncatingIfNeeded: wide)) ^ UInt64(truncatingIfNeeded: wide >> 64)
    case .bytes: return column.bytes(at: row).reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    case .list, .row: return 0
    }
  }

  /// The finaliser of SplitMix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
