/// Cuts a statement into tokens by the lexical rules of both products, one at a time. Comments go; the content of executable ones stays
/// where the server would run it. Any input has an end: a text or comment that is not closed is a `broken` token, the last but the end.
struct MySQLLexer: Sendable {
  private let bytes: [UInt8]
  private let dialect: MySQLDialect
  private var place = 0
  /// Executable comments that are open.
  private var openComments = 0
  private var followsDot = false

  init(_ sql: String, dialect: MySQLDialect) {
    bytes = Array(sql.utf8)
    self.dialect = dialect
  }

  mutating func next() -> MySQLToken {
    let start = place
    guard skipBlanks() else { return broken(start) }
    let isSeparated = place > start || start == 0
    let afterDot = followsDot && !isSeparated
    followsDot = false
    guard let first = peek() else { return MySQLToken(kind: .end, text: "", end: bytes.count, isSeparated: true) }
    let token = read(first, afterDot: afterDot)
    guard let token else { return broken(start) }
    followsDot = token.kind == .symbol && token.text == "."
    return MySQLToken(kind: token.kind, text: token.text, end: place, isSeparated: isSeparated)
  }

  /// The statement between two places.
  func text(from start: Int, to end: Int) -> String {
    start < end ? String(decoding: bytes[max(0, start)..<min(end, bytes.count)], as: UTF8.self) : ""
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    place + distance < bytes.count ? bytes[place + distance] : nil
  }

  private mutating func broken(_ start: Int) -> MySQLToken {
    place = bytes.count
    openComments = 0
    return MySQLToken(kind: .broken, text: "", end: bytes.count, isSeparated: true)
  }

  private mutating func read(_ first: UInt8, afterDot: Bool) -> (kind: MySQLToken.Kind, text: String)? {
    switch first {
    case UInt8(ascii: "`"): return enclosed(first, escapes: false).map { (.quoted, $0) }
    case UInt8(ascii: "\"") where dialect.hasANSIQuotes: return enclosed(first, escapes: false).map { (.quoted, $0) }
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return enclosed(first, escapes: !dialect.hasNoBackslashEscapes).map { (.string, $0) }
    case UInt8(ascii: "."):
      if !afterDot, let digit = peek(1), Self.isDigit(digit), !followsName { return number() }
      return symbol()
    case _ where afterDot && Self.isNamePart(first): return (.word, word())
    case _ where Self.isDigit(first): return number()
    case _ where Self.isNamePart(first): return wordOrPrefixed(first)
    default: return symbol()
    }
  }

  /// Whether the byte before belongs to a name, so that a point here is one between names.
  private var followsName: Bool {
    guard place > 0 else { return false }
    let before = bytes[place - 1]
    return Self.isNamePart(before) || before == UInt8(ascii: "`") || before == UInt8(ascii: "\"")
  }

  private mutating func symbol() -> (kind: MySQLToken.Kind, text: String) {
    place += 1
    return (.symbol, String(UnicodeScalar(bytes[place - 1])))
  }

  private mutating func word() -> String {
    let start = place
    while let byte = peek(), Self.isNamePart(byte) { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  /// `N'…'`, `x'…'` and `b'…'` are literals, all other words are words.
  private mutating func wordOrPrefixed(_ first: UInt8) -> (kind: MySQLToken.Kind, text: String)? {
    guard peek(1) == UInt8(ascii: "'") else { return (.word, word()) }
    switch first | 0x20 {
    case UInt8(ascii: "n"):
      place += 1
      return enclosed(UInt8(ascii: "'"), escapes: !dialect.hasNoBackslashEscapes).map { (.string, $0) }
    case UInt8(ascii: "x"), UInt8(ascii: "b"):
      place += 1
      return enclosed(UInt8(ascii: "'"), escapes: false).map { (first | 0x20 == UInt8(ascii: "x") ? .hexadecimal : .bits, $0) }
    default: return (.word, word())
    }
  }

  /// Digits, with point and exponent; a name may begin with digits, too.
  private mutating func number() -> (kind: MySQLToken.Kind, text: String) {
    let start = place
    if peek() == UInt8(ascii: "0"), let mark = peek(1), mark == UInt8(ascii: "x") || mark == UInt8(ascii: "b") {
      let isHexadecimal = mark == UInt8(ascii: "x")
      place += 2
      while let byte = peek(), isHexadecimal ? Self.isHexDigit(byte) : byte == 48 || byte == 49 { place += 1 }
      if place > start + 2, peek().map(Self.isNamePart) != true {
        return (isHexadecimal ? .hexadecimal : .bits, String(decoding: bytes[(start + 2)..<place], as: UTF8.self))
      }
      place = start
      return (.word, word())
    }
    skipDigits()
    var isWhole = true
    if peek() == UInt8(ascii: ".") {
      isWhole = false
      place += 1
      skipDigits()
    }
    if let mark = peek(), mark | 0x20 == UInt8(ascii: "e") {
      let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
      if let digit = peek(1 + sign), Self.isDigit(digit) {
        isWhole = false
        place += 1 + sign
        skipDigits()
      }
    }
    if isWhole, let byte = peek(), Self.isNamePart(byte) {
      place = start
      return (.word, word())
    }
    return (.number, String(decoding: bytes[start..<place], as: UTF8.self))
  }

  private mutating func skipDigits() {
    while let byte = peek(), Self.isDigit(byte) { place += 1 }
  }

  /// What stands between two quotes, where a doubled quote is one; `nil` without a closing one.
  private mutating func enclosed(_ quote: UInt8, escapes: Bool) -> String? {
    place += 1
    var value: [UInt8] = []
    while let byte = peek() {
      place += 1
      if byte == quote {
        guard peek() == quote else { return String(decoding: value, as: UTF8.self) }
        place += 1
        value.append(quote)
      } else if escapes, byte == UInt8(ascii: "\\"), let escaped = peek() {
        place += 1
        switch escaped {
        case UInt8(ascii: "n"): value.append(10)
        case UInt8(ascii: "t"): value.append(9)
        case UInt8(ascii: "r"): value.append(13)
        case UInt8(ascii: "b"): value.append(8)
        case UInt8(ascii: "0"): value.append(0)
        case UInt8(ascii: "Z"): value.append(26)
        case UInt8(ascii: "%"), UInt8(ascii: "_"): value += [byte, escaped]
        default: value.append(escaped)
        }
      } else {
        value.append(byte)
      }
    }
    return nil
  }

  /// Goes on to the next byte that counts; `false` when a comment has no end.
  private mutating func skipBlanks() -> Bool {
    while let byte = peek() {
      switch byte {
      case 0...32: place += 1
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-") && (peek(2) ?? 0) <= 32: skipLine()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): if !openOrSkipComment() { return false }
      case UInt8(ascii: "*") where openComments > 0 && peek(1) == UInt8(ascii: "/"):
        openComments -= 1
        place += 2
      default: return true
      }
    }
    return true
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != 10 { place += 1 }
  }

  private mutating func openOrSkipComment() -> Bool {
    var isMariaDBOnly = false
    var mark = 2
    if peek(2) == UInt8(ascii: "M"), peek(3) == UInt8(ascii: "!") {
      isMariaDBOnly = true
      mark = 3
    }
    guard peek(mark) == UInt8(ascii: "!") else { return skipComment(nests: false) }
    var version = 0
    var digits = 0
    while digits < 6, let digit = peek(mark + 1 + digits), Self.isDigit(digit) {
      version = version * 10 + Int(digit - 48)
      digits += 1
    }
    // Fewer than five digits are no version, but content.
    if digits < 5 { (version, digits) = (0, 0) }
    guard dialect.runsComment(version: version, isMariaDBOnly: isMariaDBOnly) else { return skipComment(nests: true) }
    place += mark + 1 + digits
    openComments += 1
    return true
  }

  /// Skips a comment; an executable one that does not count goes with those in it.
  private mutating func skipComment(nests: Bool) -> Bool {
    place += 2
    var depth = 1
    while let byte = peek() {
      if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        place += 2
        depth -= 1
        if depth == 0 { return true }
      } else if nests, byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*"), peek(2) != UInt8(ascii: "/") {
        place += 2
        depth += 1
      } else {
        place += 1
      }
    }
    return false
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (97...102).contains(byte | 0x20) }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    isDigit(byte) || (97...122).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 128
  }
}
