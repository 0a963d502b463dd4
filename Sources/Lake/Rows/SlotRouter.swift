internal import SluiceCore

/// Splits batches over partitions, and those over buckets by the hash that every Paimon engine uses (Paimon's DefaultBucketFunction).
///
/// Confined to one thread. Cost per row: one hash, and one copy of the row unless all rows go to one slot.
final class SlotRouter: RowRouter {
  private let bucketKeys: [Int]
  /// At least 1.
  private let buckets: Int32
  private var partitions: PartitionIndex?
  private let derive: ((Batch) throws -> Batch)?
  private let encode: (([UInt8]) throws -> [UInt8])?
  /// Rows of the current batch for each slot; all zero between batches.
  private var counts: [Int32] = []
  /// Slots that the current batch touches, in order of first appearance.
  private var touched: [Int32] = []

  /// Without buckets, or with one, all rows of a partition go to bucket 0. `partitions` says where the partition columns are in what
  /// `derive` makes of a batch, where that is given: the batch itself otherwise. `encode` turns a row of them into the slot's bytes.
  init(
    buckets: Int32, bucketKeys: [Int], partitions: PartitionIndex?, derive: ((Batch) throws -> Batch)? = nil,
    encode: (([UInt8]) throws -> [UInt8])? = nil
  ) {
    self.buckets = max(buckets, 1)
    self.bucketKeys = self.buckets == 1 ? [] : bucketKeys
    self.partitions = partitions
    self.derive = derive
    self.encode = encode
  }

  func route(_ batch: ChangeBatch) throws -> [(slot: Slot, rows: ChangeBatch)] {
    let count = batch.rowCount
    if count == 0 { return [] }
    if partitions == nil && buckets == 1 { return [(Slot(bucket: 0), batch)] }
    return try withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { slots in
      slots.initialize(repeating: 0)
      if buckets > 1 { try BucketHash.buckets(of: batch.rows, keys: bucketKeys, count: buckets, into: slots) }
      if partitions != nil { try partitions?.add(try derive?(batch.rows) ?? batch.rows, buckets: buckets, to: slots) }
      return try split(batch, by: slots)
    }
  }

  private func split(_ batch: ChangeBatch, by slots: UnsafeMutableBufferPointer<Int32>) throws -> [(slot: Slot, rows: ChangeBatch)] {
    let slotCount = Int(buckets) * (partitions?.count ?? 1)
    if counts.count < slotCount { counts.append(contentsOf: repeatElement(0, count: slotCount - counts.count)) }
    touched.removeAll(keepingCapacity: true)
    counts.withUnsafeMutableBufferPointer { counts in
      for row in 0..<slots.count {
        let slot = Int(slots[row])
        if counts[slot] == 0 { touched.append(slots[row]) }
        counts[slot] &+= 1
      }
    }
    defer { for slot in touched { counts[Int(slot)] = 0 } }
    if touched.count == 1 { return [(try slot(touched[0]), batch)] }
    // One array of row numbers, cut into runs of one slot each; `counts` turns into where a slot's run ends so far.
    var starts: [Int] = []
    var start: Int32 = 0
    for slot in touched {
      starts.append(Int(start))
      let rows = counts[Int(slot)]
      counts[Int(slot)] = start
      start += rows
    }
    starts.append(slots.count)
    let order = [Int32](unsafeUninitializedCapacity: slots.count) { order, initialized in
      counts.withUnsafeMutableBufferPointer { next in
        for row in 0..<slots.count {
          let slot = Int(slots[row])
          order[Int(next[slot])] = Int32(truncatingIfNeeded: row)
          next[slot] &+= 1
        }
      }
      initialized = slots.count
    }
    return try touched.enumerated().map { index, number in
      (try slot(number), batch.taking(Array(order[starts[index]..<starts[index + 1]])))
    }
  }

  private func slot(_ number: Int32) throws -> Slot {
    guard let partitions else { return Slot(bucket: number) }
    let row = partitions.bytes(Int(number / buckets))
    return Slot(partition: try encode?(row) ?? row, bucket: number % buckets)
  }
}
