import SluiceCore

/// CASE, IF, COALESCE: each row takes its value from one of several vectors.
enum ChoiceKernel {
  /// The first branch whose condition is TRUE, or `otherwise`. A condition that may fail is evaluated only for rows that no branch before it took, a value
  /// that may fail only for the rows that take it.
  static func choose(_ branches: [(condition: Node, value: Node)], otherwise: Node, place: TextPlace) -> Node {
    let type = otherwise.type
    let values = branches.map(\.value) + [otherwise]
    let parts = branches.map(\.condition) + values
    return Node(
      type, isNullable: values.contains { $0.isNullable }, canFail: parts.contains { $0.canFail }, isCostly: parts.contains { $0.isCostly },
      inputs: parts.reduce(into: []) { $0.formUnion($1.inputs) }, place: place
    ) { frame, log in
      let rows = frame.rowCount
      var choice = [UInt16](repeating: UInt16(branches.count), count: rows)
      var open = [Int32](0..<Int32(rows))
      for (index, branch) in branches.enumerated() where !open.isEmpty {
        let bits = BooleanBits(branch.condition.evaluate(frame, onlyAt: open, &log), rows: rows)
        let isTrue = bits.isTrue
        open.removeAll { row in
          let isTaken = isTrue.octets[Int(row) >> 3] & (1 << UInt8(row & 7)) != 0
          if isTaken { choice[Int(row)] = UInt16(index) }
          return isTaken
        }
      }
      let vectors = values.enumerated().map { index, value in
        guard value.canFail || value.isCostly else { return value.evaluate(frame, &log) }
        let wanted = choice.indices.filter { choice[$0] == UInt16(index) }.map { Int32($0) }
        return value.evaluate(frame, onlyAt: wanted, &log)
      }
      return merge(vectors, choice, type: type, frame)
    }.folded()
  }

  /// The first value that is not NULL. A value that may fail is evaluated only for rows for which all before it are NULL.
  static func coalesce(_ values: [Node], place: TextPlace) -> Node {
    let type = values[0].type
    return Node(
      type, isNullable: values.allSatisfy { $0.isNullable }, canFail: values.contains { $0.canFail }, isCostly: values.contains { $0.isCostly },
      inputs: values.reduce(into: []) { $0.formUnion($1.inputs) }, place: place
    ) { frame, log in
      let rows = frame.rowCount
      var choice = [UInt16](repeating: UInt16(values.count - 1), count: rows)
      var open = [Int32](0..<Int32(rows))
      var vectors: [Vector] = []
      for (index, value) in values.enumerated() {
        if index > 0, open.isEmpty { break }
        let vector = value.evaluate(frame, onlyAt: open, &log)
        vectors.append(vector)
        if index == 0, vector.column.nullCount == 0 { return vector }
        open.removeAll { row in
          guard !vector.isNull(Int(row)) else { return false }
          choice[Int(row)] = UInt16(index)
          return true
        }
      }
      let last = UInt16(vectors.count - 1)
      for row in open { choice[Int(row)] = last }
      return merge(vectors, choice, type: type, frame)
    }.folded()
  }

  private static func merge(_ vectors: [Vector], _ choice: [UInt16], type: DataType, _ frame: Frame) -> Vector {
    let rows = frame.rowCount
    var nulls = NullBits(rows: rows)
    if vectors.contains(where: { $0.column.nullCount > 0 }) {
      for row in 0..<rows where vectors[Int(choice[row])].isNull(row) { nulls.setNull(row) }
    }
    var log = FailureLog()
    let call = Call(frame: frame, site: Site(operation: "CASE", place: TextPlace(line: 1, column: 1)), type: type)
    switch type.layout {
    case .bits:
      let readers = vectors.map { FlagReader($0) }
      return call.flags(nulls, &log) { readers[Int(choice[$0])][$0] }
    case .fixed(width: 1): return pick(vectors, choice, nulls, call, UInt8.self)
    case .fixed(width: 2): return pick(vectors, choice, nulls, call, UInt16.self)
    case .fixed(width: 4): return pick(vectors, choice, nulls, call, UInt32.self)
    case .fixed(width: 8): return pick(vectors, choice, nulls, call, UInt64.self)
    case .fixed: return pick(vectors, choice, nulls, call, UInt128.self)
    case .bytes:
      let readers = vectors.map { TextReader($0) }
      return call.text(nulls, expecting: rows * 16, &log) { row, sink in sink.append(readers[Int(choice[row])][row]) }
    case .list, .row:
      // Nested values have no kernels; their rows are gathered from all vectors one after the other.
      let columns = vectors.map { $0.materialized(count: rows) }
      let indexes = choice.enumerated().map { Int32(Int($0.element) * rows + $0.offset) }
      return Vector(Column.concatenating(columns).taking(indexes))
    }
  }

  private static func pick<Value: BitwiseCopyable>(
    _ vectors: [Vector], _ choice: [UInt16], _ nulls: NullBits, _ call: Call, _: Value.Type
  ) -> Vector {
    var log = FailureLog()
    let readers = vectors.map { FixedReader($0, as: Value.self) }
    return readers.withUnsafeBufferPointer { readers in
      choice.withUnsafeBufferPointer { choice in call.fixed(nulls, &log) { row in readers[Int(choice[row])][row] } }
    }
  }
}
