import SluiceCore

/// The constants of an IN list, found by their hash.
struct MemberSet: Sendable {
  let hasNull: Bool
  private let numbers: Set<Int64>
  private let texts: TextSet?

  /// `nil` when the members are not all constants of a type that sets are made for: then IN is a chain of comparisons.
  init?(_ value: Node, _ members: [Node], _ binder: Binder) throws(ExpressionIssue) {
    guard members.count > 2, members.allSatisfy({ $0.constant != nil }) else { return nil }
    hasNull = members.contains(where: \.isConstantNull)
    let values = members.filter { !$0.isConstantNull }
    if value.type.isText, values.allSatisfy({ $0.type.isText }) {
      numbers = []
      texts = TextSet(values.compactMap { node in node.constant.map { Array($0.bytes(at: 0)) } })
      return
    }
    guard value.type == .int64 || value.type == .int32 || value.type == .date || value.type.isMoment || value.type.isTime else { return nil }
    var numbers: Set<Int64> = []
    for node in values {
      if value.type.isInteger {
        guard node.type == .int64, let constant = node.constant else { return nil }
        numbers.insert(constant.fixed(as: Int64.self)[0])
      } else {
        guard case .text? = node.literal, let constant = try binder.coerce(node, to: value.type).constant else { return nil }
        numbers.insert(value.type == .date ? Int64(constant.fixed(as: Int32.self)[0]) : constant.fixed(as: Int64.self)[0])
      }
    }
    self.numbers = numbers
    texts = nil
  }

  /// TRUE where the value is a member, NULL where it is not and a member is NULL.
  var kernel: Kernel {
    let hasNull = hasNull
    let numbers = numbers
    let texts = texts
    return { call, vectors, log in
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      let found: Vector
      if let texts {
        let source = TextReader(vectors[0])
        found = call.flags(nulls, &log) { texts.contains(source[$0]) }
      } else if vectors[0].type.layout == .fixed(width: 4) {
        let source = FixedReader(vectors[0], as: Int32.self)
        found = call.flags(nulls, &log) { numbers.contains(Int64(source[$0])) }
      } else {
        let source = FixedReader(vectors[0], as: Int64.self)
        found = call.flags(nulls, &log) { numbers.contains(source[$0]) }
      }
      guard hasNull else { return found }
      let bits = BooleanBits(found, rows: call.rowCount)
      return BooleanBits.vector(isTrue: bits.isTrue, isFalse: .filled(0, count: (call.rowCount + 7) / 8), rows: call.rowCount)
    }
  }
}

/// Texts that are looked up without making a string of the one that is looked for.
struct TextSet: Sendable {
  private let texts: [[UInt8]]
  /// Positions in `texts` plus one by hash, 0 for none; a power of two of them, at most half of them taken.
  private let slots: [Int32]
  /// Bit `n` is set when a text has `n` bytes, or for 63, that many or more.
  private let lengths: UInt64

  init(_ members: [[UInt8]]) {
    var size = 8
    while size < members.count * 2 { size *= 2 }
    var slots = [Int32](repeating: 0, count: size)
    var lengths: UInt64 = 0
    for (index, text) in members.enumerated() {
      lengths |= 1 << UInt64(min(text.count, 63))
      var slot = text.withUnsafeBufferPointer { Self.hash($0) } & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(index + 1)
    }
    texts = members
    self.slots = slots
    self.lengths = lengths
  }

  func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard lengths & (1 << UInt64(min(text.count, 63))) != 0 else { return false }
    let mask = slots.count - 1
    var slot = Self.hash(text) & mask
    while slots[slot] != 0 {
      if texts[Int(slots[slot]) - 1].withUnsafeBufferPointer({ UTF8Text.equal($0, text) }) { return true }
      slot = (slot + 1) & mask
    }
    return false
  }

  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
