internal import SluiceCore

/// The buckets of all rows of a batch, column by column where the key allows it.
enum BucketHash {
  /// Writes the bucket, 0..<count, of each row's columns `keys` to `buckets`.
  static func buckets(of batch: Batch, keys: [Int], count: Int32, into buckets: UnsafeMutableBufferPointer<Int32>) throws {
    let columns = keys.map { batch.columns[$0] }
    let views = try columns.map { column in
      guard let view = KeyView(column) else { throw SluiceError(.defect, "a bucket key of type \(column.type)") }
      return view
    }
    defer { withExtendedLifetime(columns) {} }
    if views.count == 1, views[0].validity == nil {
      switch views[0].kind {
      case .width8: return slots(buckets, of: count) { [view = views[0]] in view.load($0, as: UInt64.self) }
      case .width4: return slots(buckets, of: count) { [view = views[0]] in UInt64(view.load($0, as: UInt32.self)) }
      case .width2, .width1, .bits, .time: return slots(buckets, of: count) { [view = views[0]] in view.slot($0) }
      default: break
      }
    }
    let encoder = BinaryRowEncoder(arity: views.count)
    views.withUnsafeBufferPointer { views in
      for row in 0..<buckets.count { buckets[row] = Murmur.bucket(Murmur.hash(encoder.encode(views, row: row)), of: count) }
    }
  }

  /// Rows of one field that lies in its slot: two zero header words, then the slot.
  @inline(__always) private static func slots(_ buckets: UnsafeMutableBufferPointer<Int32>, of count: Int32, _ slot: (Int) -> UInt64) {
    let header = Murmur.mix(Murmur.mix(Murmur.seed, 0), 0)
    for row in 0..<buckets.count {
      let value = slot(row)
      let low = Murmur.mix(header, UInt32(truncatingIfNeeded: value))
      let high = Murmur.mix(low, UInt32(truncatingIfNeeded: value >> 32))
      buckets[row] = Murmur.bucket(Murmur.finish(high, byteCount: 16), of: count)
    }
  }
}
