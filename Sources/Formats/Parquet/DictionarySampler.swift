internal import SluiceCore

/// Decides from a sample of rows which columns are worth a dictionary.
struct DictionarySampler {
  /// Rows looked at for each column.
  static let sampleRows = 4096
  /// A dictionary pays while each distinct value stands for at least this many sampled ones.
  private static let repeats = 4

  private var slots = [UInt64](repeating: 0, count: 4 * Self.sampleRows)

  /// For each column whether its values repeat enough; nested columns never do.
  mutating func choose(_ batches: [Batch]) -> [Bool] {
    guard let first = batches.first else { return [] }
    let rows = batches.reduce(0) { $0 + $1.rowCount }
    let step = max(1, rows / Self.sampleRows)
    return first.columns.indices.map { index in
      if first.columns[index].type.layout == .bits { return false }
      var sampled = 0
      var distinct = 0
      for position in slots.indices { slots[position] = 0 }
      for batch in batches where sampled < 2 * Self.sampleRows {
        let (values, added) = sample(batch.columns[index], step: step)
        sampled += values
        distinct += added
      }
      return distinct * Self.repeats <= sampled && sampled > 0
    }
  }

  /// Adds every `step`-th value; answers how many there were and how many were new.
  private mutating func sample(_ column: Column, step: Int) -> (values: Int, added: Int) {
    var values = 0
    var added = 0
    for row in stride(from: 0, to: column.count, by: step) where values < Self.sampleRows && !column.isNull(row) {
      let hash: UInt64
      switch column.type.layout {
      case .fixed(width: 1): hash = UInt64(column.fixed(as: UInt8.self)[row])
      case .fixed(width: 2): hash = UInt64(column.fixed(as: UInt16.self)[row])
      case .fixed(width: 4): hash = UInt64(column.fixed(as: UInt32.self)[row])
      case .fixed(width: 8): hash = column.fixed(as: UInt64.self)[row]
      case .fixed:
        let wide = column.fixed(as: UInt128.self)[row]
        hash = UInt64(truncatingIfNeeded: wide) ^ UInt64(truncatingIfNeeded: wide >> 64) &* 0x9e37_79b9_7f4a_7c15
      case .bytes: hash = column.bytes(at: row).reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
      case .bits, .list, .row: return (0, 0)
      }
      values += 1
      if insert(hash) { added += 1 }
    }
    return (values, added)
  }

  /// Whether `value` was not there yet. A table that is three quarters full takes nothing more: the answer is known by then.
  private mutating func insert(_ value: UInt64) -> Bool {
    let marked = (value &* 0x9e37_79b9_7f4a_7c15) | 1
    var slot = Int(truncatingIfNeeded: marked >> 40) & (slots.count - 1)
    for _ in 0..<64 {
      if slots[slot] == marked { return false }
      if slots[slot] == 0 {
        slots[slot] = marked
        return true
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return true
  }
}
