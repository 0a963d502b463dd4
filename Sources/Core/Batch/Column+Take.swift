extension Column {
  /// `count` rows from row `start` on; shares the buffers. O(1), or O(count) when nulls must be counted anew.
  public func slice(from start: Int, count: Int) -> Column {
    precondition(start >= 0 && start + count <= self.count, "slice \(start)..<\(start + count) of \(self.count) rows")
    if start == 0 && count == self.count { return self }
    var nulls = 0
    if validity != nil { for row in start..<(start + count) where isNull(row) { nulls += 1 } }
    let isRow = type.layout == .row
    return Column(
      type: type, count: count, nullCount: nulls, offset: isRow ? offset + start : offset + start, validity: validity, values: values, bytes: bytes,
      children: isRow ? children.map { $0.slice(from: start, count: count) } : children)
  }

  /// The rows at `indexes`, in that order, copied.
  public func taking(_ indexes: [Int32]) -> Column {
    indexes.withUnsafeBufferPointer { taking($0) }
  }

  func taking(_ indexes: UnsafeBufferPointer<Int32>) -> Column {
    let count = indexes.count
    let (validity, nullCount) = takeValidity(indexes)
    func column(values: Buffer?, bytes: Buffer? = nil, children: [Column] = []) -> Column {
      Column(type: type, count: count, nullCount: nullCount, validity: validity, values: values, bytes: bytes, children: children)
    }
    switch type.layout {
    case .bits:
      let taken = Buffer.zeroed(byteCount: (count + 7) / 8)
      let bits = taken.base.assumingMemoryBound(to: UInt8.self)
      for (row, index) in indexes.enumerated() where boolean(Int(index)) { bits[row >> 3] |= 1 << UInt8(row & 7) }
      return column(values: taken)
    case .fixed(width: 1): return column(values: takeFixed(indexes, UInt8.self))
    case .fixed(width: 2): return column(values: takeFixed(indexes, UInt16.self))
    case .fixed(width: 4): return column(values: takeFixed(indexes, UInt32.self))
    case .fixed(width: 8): return column(values: takeFixed(indexes, UInt64.self))
    case .fixed: return column(values: takeFixed(indexes, UInt128.self))
    case .bytes:
      let (offsets, bytes) = takeBytes(indexes)
      return column(values: offsets, bytes: bytes)
    case .list:
      let (offsets, child) = takeList(indexes)
      return column(values: offsets, children: [child])
    case .row:
      return column(values: nil, children: children.map { $0.taking(indexes) })
    }
  }

  private func takeValidity(_ indexes: UnsafeBufferPointer<Int32>) -> (Buffer?, nullCount: Int) {
    guard validity != nil else { return (nil, 0) }
    let taken = Buffer.zeroed(byteCount: (indexes.count + 7) / 8)
    let bits = taken.base.assumingMemoryBound(to: UInt8.self)
    var nulls = 0
    for (row, index) in indexes.enumerated() {
      if isNull(Int(index)) { nulls += 1 } else { bits[row >> 3] |= 1 << UInt8(row & 7) }
    }
    return (taken, nulls)
  }

  private func takeFixed<Value: BitwiseCopyable>(_ indexes: UnsafeBufferPointer<Int32>, _: Value.Type) -> Buffer {
    let taken = Buffer.uninitialized(byteCount: indexes.count * MemoryLayout<Value>.size)
    let source = fixed(as: Value.self)
    let target = taken.base.assumingMemoryBound(to: Value.self)
    for row in 0..<indexes.count { target[row] = source[Int(indexes[row])] }
    return taken
  }

  private func takeBytes(_ indexes: UnsafeBufferPointer<Int32>) -> (offsets: Buffer, bytes: Buffer) {
    let source = offsets
    let takenOffsets = Buffer.uninitialized(byteCount: (indexes.count + 1) * 4)
    let target = takenOffsets.base.assumingMemoryBound(to: Int32.self)
    var total: Int32 = 0
    target[0] = 0
    for row in 0..<indexes.count {
      let index = Int(indexes[row])
      total += source[index + 1] - source[index]
      target[row + 1] = total
    }
    let takenBytes = Buffer.uninitialized(byteCount: Int(total))
    let to = takenBytes.base.assumingMemoryBound(to: UInt8.self)
    let from = bytesBase
    for row in 0..<indexes.count {
      copyBytes(to: to + Int(target[row]), from: from + Int(source[Int(indexes[row])]), count: Int(target[row + 1] - target[row]))
    }
    return (takenOffsets, takenBytes)
  }

  private func takeList(_ indexes: UnsafeBufferPointer<Int32>) -> (offsets: Buffer, child: Column) {
    let source = offsets
    let takenOffsets = Buffer.uninitialized(byteCount: (indexes.count + 1) * 4)
    let target = takenOffsets.base.assumingMemoryBound(to: Int32.self)
    var elements: [Int32] = []
    target[0] = 0
    for row in 0..<indexes.count {
      let index = Int(indexes[row])
      elements.append(contentsOf: source[index]..<source[index + 1])
      target[row + 1] = Int32(elements.count)
    }
    return (takenOffsets, children[0].taking(elements))
  }
}
