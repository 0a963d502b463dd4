extension Batch {
  /// Rows in a row, from `start` up to `end`.
  struct RowRun {
    let start: Int
    let end: Int
  }

  /// The runs of ascending neighbours that `indexes` are made of; `nil` when they are so short that copying rows one by one is as good.
  static func runs(of indexes: [Int32]) -> [RowRun]? {
    guard let first = indexes.first else { return nil }
    var breaks = 0
    for place in indexes.indices.dropFirst() where indexes[place] != indexes[place - 1] &+ 1 { breaks &+= 1 }
    guard breaks <= indexes.count / 4 else { return nil }
    var runs: [RowRun] = []
    runs.reserveCapacity(breaks + 1)
    var start = Int(first)
    var last = first
    for index in indexes.dropFirst() {
      if index != last &+ 1 {
        runs.append(RowRun(start: start, end: Int(last) + 1))
        start = Int(index)
      }
      last = index
    }
    runs.append(RowRun(start: start, end: Int(last) + 1))
    return runs
  }
}

extension Column {
  /// The rows of `runs`, which are `count` together; `nil` for types whose rows are copied one by one.
  func taking(_ runs: [Batch.RowRun], count: Int) -> Column? {
    switch type.layout {
    case .fixed(let width):
      let taken = Buffer.uninitialized(byteCount: count * width)
      guard let source = values?.base else { return nil }
      var at = taken.base
      for run in runs {
        let byteCount = (run.end - run.start) * width
        at.copyMemory(from: source + (offset + run.start) * width, byteCount: byteCount)
        at += byteCount
      }
      return made(taken, nil, runs, count)
    case .bytes:
      let source = offsets
      let taken = Buffer.uninitialized(byteCount: (count + 1) * 4)
      let target = taken.base.assumingMemoryBound(to: Int32.self)
      target[0] = 0
      var row = 0
      for run in runs {
        let shift = target[row] &- source[run.start]
        for index in run.start..<run.end {
          row &+= 1
          target[row] = source[index &+ 1] &+ shift
        }
      }
      let content = Buffer.uninitialized(byteCount: Int(target[count]))
      var at = content.base
      for run in runs {
        let start = Int(source[run.start])
        let byteCount = Int(source[run.end]) - start
        if byteCount > 0 { at.copyMemory(from: bytesBase + start, byteCount: byteCount) }
        at += byteCount
      }
      return made(taken, content, runs, count)
    case .bits, .list, .row: return nil
    }
  }

  private func made(_ values: Buffer, _ bytes: Buffer?, _ runs: [Batch.RowRun], _ count: Int) -> Column {
    guard let validity else { return Column(type: type, count: count, nullCount: 0, validity: nil, values: values, bytes: bytes) }
    let taken = Buffer.zeroed(byteCount: (count + 7) / 8)
    let bits = taken.base.assumingMemoryBound(to: UInt8.self)
    let source = validity.base.assumingMemoryBound(to: UInt8.self)
    var row = 0
    var valid = 0
    for run in runs {
      for bit in (offset + run.start)..<(offset + run.end) {
        let value = source[bit >> 3] >> UInt8(truncatingIfNeeded: bit & 7) & 1
        bits[row >> 3] |= value << UInt8(truncatingIfNeeded: row & 7)
        valid &+= Int(value)
        row &+= 1
      }
    }
    return Column(type: type, count: count, nullCount: count - valid, validity: taken, values: values, bytes: bytes)
  }
}
