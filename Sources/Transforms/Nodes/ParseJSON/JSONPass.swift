import SluiceCore

/// One walk over a document that checks its syntax and notes where the values lie that a tree's paths lead to. Makes no values.
///
/// Of a key that comes twice, the last value counts.
struct JSONPass {
  /// A member of the collected object that no path names: the key between its quotes, and the value.
  struct Member {
    let keyStart: Int32
    let keyCount: Int32
    let isEscapedKey: Bool
    let value: JSONSpan
  }

  private static let maximumDepth = 200

  private let nodes: UnsafePointer<FieldTree.Node>
  private let keys: UnsafePointer<FieldTree.Key>
  private let indexes: UnsafePointer<FieldTree.Index>
  private let keyBytes: UnsafePointer<UInt8>
  private let base: UnsafePointer<UInt8>
  private var at = 0
  private var end = 0
  private var depth = 0
  private var spans: UnsafeMutablePointer<JSONSpan>
  /// The members collected from the document that was walked last.
  private(set) var members: [Member] = []

  /// The pointers are those of a tree's arrays; `base` is where spans count from.
  init(
    nodes: UnsafePointer<FieldTree.Node>, keys: UnsafePointer<FieldTree.Key>, indexes: UnsafePointer<FieldTree.Index>,
    keyBytes: UnsafePointer<UInt8>, base: UnsafePointer<UInt8>, spans: UnsafeMutablePointer<JSONSpan>
  ) {
    self.nodes = nodes
    self.keys = keys
    self.indexes = indexes
    self.keyBytes = keyBytes
    self.base = base
    self.spans = spans
  }

  /// Whether the bytes from `start` on are one document. Its spans go to `spans`, which all are `missing` before.
  mutating func walk(from start: Int, count: Int, into spans: UnsafeMutablePointer<JSONSpan>) -> Bool {
    guard count <= JSONSpan.largest else { return false }
    at = start
    end = start &+ count
    depth = 0
    self.spans = spans
    if !members.isEmpty { members.removeAll(keepingCapacity: true) }
    guard value(0) else { return false }
    skipSpace()
    return at == end
  }

  // MARK: - Values

  /// Walks the value at `at`; `node` is where it is in the tree, -1 outside of it.
  private mutating func value(_ node: Int32) -> Bool {
    guard let span = span(node) else { return false }
    if node >= 0 {
      let slot = nodes[Int(node)].slot
      if slot >= 0 { spans[Int(slot)] = span }
    }
    return true
  }

  @inline(__always)
  private mutating func span(_ node: Int32) -> JSONSpan? {
    skipSpace()
    guard at < end else { return nil }
    let start = at
    switch base[at] {
    case 0x22:
      guard let isEscaped = string() else { return nil }
      return JSONSpan(isEscaped ? .escapedText : .text, start: start &+ 1, count: at &- start &- 2)
    case 0x7b: return object(node) ? JSONSpan(.container, start: start, count: at &- start) : nil
    case 0x5b: return array(node) ? JSONSpan(.container, start: start, count: at &- start) : nil
    case 0x74: return word("true") ? JSONSpan(.isTrue, start: start, count: 4) : nil
    case 0x66: return word("false") ? JSONSpan(.isFalse, start: start, count: 5) : nil
    case 0x6e: return word("null") ? JSONSpan(.null, start: start, count: 4) : nil
    default: return number() ? JSONSpan(.number, start: start, count: at &- start) : nil
    }
  }

  private mutating func object(_ node: Int32) -> Bool {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { return false }
    at &+= 1
    skipSpace()
    if take(0x7d) { return true }
    let isKnown = node >= 0
    let keyCount = isKnown ? Int(nodes[Int(node)].keyCount) : 0
    let collects = isKnown && nodes[Int(node)].collects
    if collects { members.removeAll(keepingCapacity: true) }
    var expected = 0
    repeat {
      skipSpace()
      guard at < end, base[at] == 0x22 else { return false }
      if keyCount > 0, let child = takeKnownKey(of: node, keyCount, &expected) {
        guard takeColon(), known(child) else { return false }
        skipSpace()
        continue
      }
      let keyStart = at &+ 1
      guard let isEscaped = string() else { return false }
      let keyEnd = at &- 1
      guard takeColon() else { return false }
      let child = keyCount == 0 ? -1 : self.child(of: node, keyStart, keyEnd, isEscaped)
      if child >= 0 {
        guard known(child) else { return false }
      } else {
        guard let span = span(-1) else { return false }
        if collects {
          members.append(
            Member(
              keyStart: Int32(truncatingIfNeeded: keyStart), keyCount: Int32(truncatingIfNeeded: keyEnd &- keyStart), isEscapedKey: isEscaped,
              value: span))
        }
      }
      skipSpace()
    } while take(0x2c)
    return take(0x7d)
  }

  /// The value of a key that paths name.
  @inline(__always)
  private mutating func known(_ child: Int32) -> Bool {
    let (first, last) = (nodes[Int(child)].firstSlot, nodes[Int(child)].slotEnd)
    for slot in first..<last { spans[Int(slot)] = .missing }
    return value(child)
  }

  /// Walks over the key at `at` when it is one that paths name and is written plainly. Keys mostly come in the order of the document before, so
  /// the one after the last is tried first.
  @inline(__always)
  private mutating func takeKnownKey(of node: Int32, _ keyCount: Int, _ expected: inout Int) -> Int32? {
    let start = at &+ 1
    // So much must be there to be looked at in one go; what is nearer to the end goes the long way.
    guard end &- start > 8 else { return nil }
    let word = UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self)
    let first = keys + Int(nodes[Int(node)].firstKey)
    for _ in 0..<keyCount {
      let key = first + expected
      expected = expected &+ 1 == keyCount ? 0 : expected &+ 1
      let count = Int(key.pointee.count)
      guard (word ^ key.pointee.head) & key.pointee.mask == 0, key.pointee.isPlain, end &- start > count, base[start &+ count] == 0x22 else {
        continue
      }
      if count > 8 {
        let bytes = keyBytes + Int(key.pointee.start)
        var index = 8
        while index < count, bytes[index] == base[start &+ index] { index &+= 1 }
        if index < count { continue }
      }
      at = start &+ count &+ 1
      return key.pointee.node
    }
    return nil
  }

  @inline(__always)
  private mutating func takeColon() -> Bool {
    skipSpace()
    return take(0x3a)
  }

  private mutating func array(_ node: Int32) -> Bool {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { return false }
    at &+= 1
    skipSpace()
    if take(0x5d) { return true }
    let indexCount = node >= 0 ? Int(nodes[Int(node)].indexCount) : 0
    var index: Int32 = 0
    repeat {
      var child: Int32 = -1
      if indexCount > 0 {
        let first = Int(nodes[Int(node)].firstIndex)
        for place in first..<(first &+ indexCount) where indexes[place].index == index { child = indexes[place].node }
      }
      guard value(child) else { return false }
      index &+= 1
      skipSpace()
    } while take(0x2c)
    return take(0x5d)
  }

  @inline(__always)
  private func child(of node: Int32, _ start: Int, _ keyEnd: Int, _ isEscaped: Bool) -> Int32 {
    if isEscaped { return escapedChild(of: node, start, keyEnd) }
    let first = Int(nodes[Int(node)].firstKey)
    let count = keyEnd &- start
    for place in first..<(first &+ Int(nodes[Int(node)].keyCount)) where Int(keys[place].count) == count {
      let key = keyBytes + Int(keys[place].start)
      var index = 0
      while index < count, key[index] == base[start &+ index] { index &+= 1 }
      if index == count { return keys[place].node }
    }
    return -1
  }

  private func escapedChild(of node: Int32, _ start: Int, _ keyEnd: Int) -> Int32 {
    var key: [UInt8] = []
    guard JSONEscapes.append(UnsafeBufferPointer(start: base + start, count: keyEnd - start), to: &key) else { return -1 }
    let first = Int(nodes[Int(node)].firstKey)
    for place in first..<(first + Int(nodes[Int(node)].keyCount)) {
      let known = UnsafeBufferPointer(start: keyBytes + Int(keys[place].start), count: Int(keys[place].count))
      if known.elementsEqual(key) { return keys[place].node }
    }
    return -1
  }

  // MARK: - Tokens

  @inline(__always) private mutating func skipSpace() {
    // Most documents have none.
    if at < end, base[at] > 0x20 { return }
    while at < end, base[at] == 0x20 || base[at] == 0x0a || base[at] == 0x0d || base[at] == 0x09 { at &+= 1 }
  }

  @inline(__always) private mutating func take(_ byte: UInt8) -> Bool {
    guard at < end, base[at] == byte else { return false }
    at &+= 1
    return true
  }

  private mutating func word(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard end - at >= count else { return false }
    for index in 0..<count where text.utf8Start[index] != base[at + index] { return false }
    at += count
    return true
  }

  /// Walks over a string, and says whether it has escapes; `nil` when it is none.
  @inline(__always)
  private mutating func string() -> Bool? {
    at &+= 1
    var isEscaped = false
    while true {
      skipPlain()
      guard at < end else { return nil }
      switch base[at] {
      case 0x22:
        at &+= 1
        return isEscaped
      case 0x5c:
        isEscaped = true
        guard escape() else { return nil }
      default: return nil
      }
    }
  }

  /// To the next quote, backslash or control character.
  @inline(__always)
  private mutating func skipPlain() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    // Locals, so that the loops run in registers.
    let (base, end) = (base, end)
    var place = at
    while end &- place >= 8 {
      let word = UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5c)
      // The lowest set bit is exact: carries only reach bytes above a hit.
      let hits = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 0x20) & ~word)
      if hits & tops != 0 {
        at = place &+ (hits & tops).trailingZeroBitCount >> 3
        return
      }
      place &+= 8
    }
    while place < end, base[place] != 0x22, base[place] != 0x5c, base[place] >= 0x20 { place &+= 1 }
    at = place
  }

  private mutating func escape() -> Bool {
    guard end - at >= 2 else { return false }
    switch base[at + 1] {
    case 0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74: at += 2
    case 0x75:
      guard end - at >= 6, (2..<6).allSatisfy({ JSONEscapes.digit(base[at + $0]) != nil }) else { return false }
      at += 6
    default: return false
    }
    return true
  }

  @inline(__always)
  private mutating func number() -> Bool {
    _ = take(0x2d)
    guard at < end else { return false }
    if base[at] == 0x30 {
      at &+= 1
    } else {
      guard digits() else { return false }
    }
    if take(0x2e) { guard digits() else { return false } }
    if at < end, base[at] | 0x20 == 0x65 {
      at &+= 1
      if at < end, base[at] == 0x2b || base[at] == 0x2d { at &+= 1 }
      guard digits() else { return false }
    }
    return true
  }

  @inline(__always)
  private mutating func digits() -> Bool {
    let (base, end, start) = (base, end, at)
    var place = start
    while place < end, base[place] &- 0x30 < 10 { place &+= 1 }
    at = place
    return place > start
  }
}
