/// Walks over JSON text without making a tree of it. What it passes over must be JSON (RFC 8259); what lies behind the value that is wanted is not looked at.
struct JSONScanner {
  static let maxDepth = 256

  private(set) var at = 0
  let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// The next byte that is no space; 0 at the end.
  @inline(__always)
  mutating func next() -> UInt8 {
    while at < bytes.count {
      let byte = bytes[at]
      if byte != 32, byte != 10, byte != 13, byte != 9 { return byte }
      at &+= 1
    }
    return 0
  }

  /// Passes `byte`, after spaces; `false` when something else stands there.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    at &+= 1
    return true
  }

  // MARK: - Values

  /// Passes one value.
  mutating func skipValue(depth: Int = 0) throws(RowFailure.Reason) {
    switch next() {
    case UInt8(ascii: "{"):
      guard depth < Self.maxDepth else { throw .invalidJSON }
      at &+= 1
      if take(UInt8(ascii: "}")) { return }
      repeat {
        guard next() == UInt8(ascii: "\"") else { throw .invalidJSON }
        _ = try string()
        guard take(UInt8(ascii: ":")) else { throw .invalidJSON }
        try skipValue(depth: depth + 1)
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "}")) else { throw .invalidJSON }
    case UInt8(ascii: "["):
      guard depth < Self.maxDepth else { throw .invalidJSON }
      at &+= 1
      if take(UInt8(ascii: "]")) { return }
      repeat { try skipValue(depth: depth + 1) } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "]")) else { throw .invalidJSON }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try number()
    }
  }

  /// Whether the whole text is one value.
  mutating func isWhole() -> Bool {
    do throws(RowFailure.Reason) {
      try skipValue()
      return next() == 0 && at == bytes.count
    } catch {
      return false
    }
  }

  private mutating func word(_ word: StaticString) throws(RowFailure.Reason) {
    let count = word.utf8CodeUnitCount
    guard at + count <= bytes.count, (0..<count).allSatisfy({ bytes[at + $0] == word.utf8Start[$0] }) else { throw .invalidJSON }
    at &+= count
  }

  private mutating func number() throws(RowFailure.Reason) {
    func digits(_ scanner: inout JSONScanner) -> Int {
      let start = scanner.at
      while scanner.at < scanner.bytes.count, scanner.bytes[scanner.at] &- 48 < 10 { scanner.at &+= 1 }
      return scanner.at - start
    }
    func isAt(_ scanner: JSONScanner, _ byte: UInt8) -> Bool { scanner.at < scanner.bytes.count && scanner.bytes[scanner.at] == byte }
    if isAt(self, 45) { at &+= 1 }
    let startsWithZero = isAt(self, 48)
    let whole = digits(&self)
    guard whole > 0, !startsWithZero || whole == 1 else { throw .invalidJSON }
    if isAt(self, 46) {
      at &+= 1
      guard digits(&self) > 0 else { throw .invalidJSON }
    }
    if isAt(self, 101) || isAt(self, 69) {
      at &+= 1
      if isAt(self, 43) || isAt(self, 45) { at &+= 1 }
      guard digits(&self) > 0 else { throw .invalidJSON }
    }
  }

  /// Passes a string, at whose first quote it stands; gives what lies between the quotes and whether there are escapes in it.
  mutating func string() throws(RowFailure.Reason) -> (range: Range<Int>, hasEscapes: Bool) {
    at &+= 1
    let start = at
    var hasEscapes = false
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at &+= 1
        return (start..<at - 1, hasEscapes)
      }
      if byte < 0x20 { throw .invalidJSON }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        guard at + 1 < bytes.count else { throw .invalidJSON }
        switch bytes[at + 1] {
        case UInt8(ascii: "u"):
          guard at + 5 < bytes.count, (2...5).allSatisfy({ Self.hexDigit(bytes[at + $0]) != nil }) else { throw .invalidJSON }
          at &+= 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
          UInt8(ascii: "t"):
          at &+= 2
        default: throw .invalidJSON
        }
      } else {
        at &+= 1
      }
    }
    throw .invalidJSON
  }

  static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 48...57: UInt32(byte - 48)
    case 65...70: UInt32(byte - 55)
    case 97...102: UInt32(byte - 87)
    default: nil
    }
  }

  // MARK: - Paths

  /// The bytes of the value at `path`; `nil` when there is none.
  mutating func find(_ path: JSONPath) throws(RowFailure.Reason) -> Range<Int>? {
    for step in path.steps {
      switch step {
      case .member(let name): guard try enterMember(name) else { return nil }
      case .element(let index): guard try enterElement(index) else { return nil }
      }
    }
    _ = next()
    let start = at
    try skipValue()
    return start..<at
  }

  /// Stands before the value of the member `name` of the object that is next.
  private mutating func enterMember(_ name: [UInt8]) throws(RowFailure.Reason) -> Bool {
    guard next() == UInt8(ascii: "{") else {
      try skipValue()
      return false
    }
    at &+= 1
    if take(UInt8(ascii: "}")) { return false }
    repeat {
      guard next() == UInt8(ascii: "\"") else { throw .invalidJSON }
      let (range, hasEscapes) = try string()
      guard take(UInt8(ascii: ":")) else { throw .invalidJSON }
      let key = UnsafeBufferPointer(rebasing: bytes[range])
      let isWanted = hasEscapes ? Self.decoded(key) == name : name.withUnsafeBufferPointer { UTF8Text.equal($0, key) }
      if isWanted { return true }
      try skipValue()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw .invalidJSON }
    return false
  }

  private mutating func enterElement(_ index: Int) throws(RowFailure.Reason) -> Bool {
    guard next() == UInt8(ascii: "[") else {
      // As in MySQL, a value that is no array is the only element of one.
      if index == 0 { return true }
      try skipValue()
      return false
    }
    at &+= 1
    if take(UInt8(ascii: "]")) { return false }
    var position = 0
    repeat {
      if position == index { return true }
      try skipValue()
      position += 1
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw .invalidJSON }
    return false
  }

  // MARK: - Strings

  /// What a string's escapes mean.
  static func decoded(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      let byte = text[at]
      guard byte == UInt8(ascii: "\\"), at + 1 < text.count else {
        result.append(byte)
        at += 1
        continue
      }
      at += 2
      switch text[at - 1] {
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "u"):
        var code = Self.codeUnit(text, at)
        at += 4
        if (0xd800..<0xdc00).contains(code), at + 5 < text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") {
          let low = Self.codeUnit(text, at + 2)
          if (0xdc00..<0xe000).contains(low) {
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            at += 6
          }
        }
        result += Array(String(Character(Unicode.Scalar(code) ?? "\u{fffd}")).utf8)
      case let escaped: result.append(escaped)
      }
    }
    return result
  }

  private static func codeUnit(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt32 {
    guard at + 4 <= text.count else { return 0xfffd }
    return (0..<4).reduce(0) { $0 << 4 | (hexDigit(text[at + $1]) ?? 0) }
  }
}
