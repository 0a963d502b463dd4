internal import SluiceCore

/// Numbers the partitions that were seen so far, 0, 1, 2 …, by their bytes.
struct PartitionIndex {
  private let columns: [Int]
  private let encoder: BinaryRowEncoder
  private var rows: [[UInt8]] = []
  private var hashes: [Int32] = []
  /// Open addressing over partition numbers, -1 for free; its size is a power of two.
  private var table = [Int32](repeating: -1, count: 64)

  init(columns: [Int]) {
    self.columns = columns
    encoder = BinaryRowEncoder(arity: columns.count)
  }

  var count: Int { rows.count }

  /// The partition's row with its arity, as manifests hold it.
  func bytes(_ number: Int) -> [UInt8] {
    let arity = columns.count
    return [UInt8(truncatingIfNeeded: arity >> 24), UInt8(truncatingIfNeeded: arity >> 16), UInt8(truncatingIfNeeded: arity >> 8)]
      + [UInt8(truncatingIfNeeded: arity)] + rows[number]
  }

  /// Adds partition number times `buckets` to the slot of each row.
  mutating func add(_ batch: Batch, buckets: Int32, to slots: UnsafeMutableBufferPointer<Int32>) throws {
    let keys = columns.map { batch.columns[$0] }
    let views = try keys.map { column in
      guard let view = KeyView(column) else { throw SluiceError(.defect, "a partition key of type \(column.type)") }
      return view
    }
    views.withUnsafeBufferPointer { views in
      var last = -1
      for row in 0..<slots.count {
        let bytes = encoder.encode(views, row: row)
        if last < 0 || !isEqual(bytes, last) { last = number(of: bytes) }
        slots[row] &+= Int32(truncatingIfNeeded: last) &* buckets
      }
    }
    withExtendedLifetime(keys) {}
  }

  private func isEqual(_ bytes: UnsafeRawBufferPointer, _ number: Int) -> Bool {
    rows[number].count == bytes.count && rows[number].withUnsafeBytes { $0.elementsEqual(bytes) }
  }

  private mutating func number(of bytes: UnsafeRawBufferPointer) -> Int {
    let hash = Murmur.hash(bytes)
    var place = Int(UInt32(bitPattern: hash)) & (table.count - 1)
    while table[place] >= 0 {
      let number = Int(table[place])
      if hashes[number] == hash && isEqual(bytes, number) { return number }
      place = (place + 1) & (table.count - 1)
    }
    rows.append([UInt8](bytes))
    hashes.append(hash)
    table[place] = Int32(rows.count - 1)
    if rows.count * 2 > table.count { grow() }
    return rows.count - 1
  }

  private mutating func grow() {
    table = [Int32](repeating: -1, count: table.count * 2)
    for (number, hash) in hashes.enumerated() {
      var place = Int(UInt32(bitPattern: hash)) & (table.count - 1)
      while table[place] >= 0 { place = (place + 1) & (table.count - 1) }
      table[place] = Int32(number)
    }
  }
}
