import SluiceCore

/// AND, OR, NOT and the tests, in three-valued logic.
enum LogicKernels {
  static func not(_ part: Node, place: TextPlace) -> Node {
    Node(.boolean, isNullable: part.isNullable, canFail: part.canFail, isCostly: part.isCostly, inputs: part.inputs, place: place) { frame, log in
      let bits = BooleanBits(part.evaluate(frame, &log), rows: frame.rowCount)
      return BooleanBits.vector(isTrue: bits.isFalse, isFalse: bits.isTrue, rows: frame.rowCount)
    }.folded()
  }

  /// All of `parts` (AND), or any of them (OR). A part that may fail or takes long is evaluated only for rows that the parts before it leave open.
  static func join(_ parts: [Node], isAnd: Bool, place: TextPlace) -> Node {
    Node(
      .boolean, isNullable: parts.contains { $0.isNullable }, canFail: parts.contains { $0.canFail }, isCostly: parts.contains { $0.isCostly },
      inputs: parts.reduce(into: []) { $0.formUnion($1.inputs) }, place: place
    ) { frame, log in
      let rows = frame.rowCount
      let byteCount = (rows + 7) / 8
      // `settled` decides alone: FALSE for AND, TRUE for OR. `agreed` needs all parts.
      let settled = Buffer.filled(0, count: byteCount)
      let agreed = Buffer.filled(0xff, count: byteCount)
      for part in parts {
        let bits: BooleanBits
        if part.canFail || part.isCostly {
          let open = Buffer.room(byteCount)
          for byte in 0..<byteCount { open.octets[byte] = ~settled.octets[byte] }
          let indexes = BooleanBits.rows(of: open, count: rows)
          if indexes.isEmpty { break }
          bits = BooleanBits(part.evaluate(frame, onlyAt: indexes, &log), rows: rows)
        } else {
          bits = BooleanBits(part.evaluate(frame, &log), rows: rows)
        }
        let settling = isAnd ? bits.isFalse : bits.isTrue
        let agreeing = isAnd ? bits.isTrue : bits.isFalse
        for byte in 0..<byteCount {
          settled.octets[byte] |= settling.octets[byte] & ~settled.octets[byte]
          agreed.octets[byte] &= agreeing.octets[byte]
        }
      }
      for byte in 0..<byteCount { agreed.octets[byte] &= ~settled.octets[byte] }
      return BooleanBits.vector(isTrue: isAnd ? agreed : settled, isFalse: isAnd ? settled : agreed, rows: rows)
    }.folded()
  }

  /// IS TRUE, IS FALSE and IS NULL, and their negations: never NULL.
  static func test(_ part: Node, _ test: Syntax.Test, isNegated: Bool, place: TextPlace) -> Node {
    Node(.boolean, isNullable: false, canFail: part.canFail, isCostly: part.isCostly, inputs: part.inputs, place: place) { frame, log in
      let value = part.evaluate(frame, &log)
      let rows = frame.rowCount
      let byteCount = (rows + 7) / 8
      let isTrue = Buffer.room(byteCount)
      switch test {
      case .null:
        let nulls = NullBits.union([value], rows: rows)
        for byte in 0..<byteCount { isTrue.octets[byte] = ~(nulls.buffer?.octets[byte] ?? 0xff) }
      case .isTrue, .isFalse:
        let bits = BooleanBits(value, rows: rows)
        isTrue.base.copyMemory(from: (test == .isTrue ? bits.isTrue : bits.isFalse).base, byteCount: byteCount)
      }
      if isNegated { for byte in 0..<byteCount { isTrue.octets[byte] = ~isTrue.octets[byte] } }
      return Vector(Column(type: .boolean, count: rows, nullCount: 0, validity: nil, values: isTrue))
    }.folded()
  }
}
