extension Column {
  /// `count` times the same text.
  public static func repeating(_ text: String, count: Int) -> Column {
    let bytes = Array(text.utf8)
    let values = Buffer.uninitialized(byteCount: (count + 1) * 4)
    let offsets = values.base.assumingMemoryBound(to: Int32.self)
    let content = Buffer.uninitialized(byteCount: count * bytes.count)
    for row in 0...count { offsets[row] = Int32(truncatingIfNeeded: row * bytes.count) }
    bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      for row in 0..<count { (content.base + row * bytes.count).copyMemory(from: base, byteCount: bytes.count) }
    }
    return Column(type: .string, count: count, nullCount: 0, validity: nil, values: values, bytes: content)
  }

  /// `count` times the same value of a type of eight bytes.
  public static func repeating(_ value: Int64, of type: DataType, count: Int) -> Column {
    repeating([.init(end: count, value: value)], of: type)
  }

  /// The value of each run for each of its rows.
  public static func repeating(_ runs: [ChangeBatch.Run], of type: DataType) -> Column {
    precondition(type.layout == .fixed(width: 8), "\(type) has no values of eight bytes")
    let count = runs.last?.end ?? 0
    let values = Buffer.uninitialized(byteCount: count * 8)
    let rows = values.base.assumingMemoryBound(to: Int64.self)
    var row = 0
    for run in runs {
      while row < run.end {
        rows[row] = run.value
        row += 1
      }
    }
    return Column(type: type, count: count, nullCount: 0, validity: nil, values: values)
  }
}
