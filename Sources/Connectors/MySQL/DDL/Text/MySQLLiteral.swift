/// A constant in a statement.
enum MySQLLiteral: Hashable, Sendable {
  case text(String)
  /// With its sign; TRUE and FALSE are 1 and 0.
  case number(String)
  /// Hexadecimal digits or bits.
  case bytes([UInt8])

  /// The bytes of a hexadecimal or bit literal; `nil` for another token and for wrong digits.
  static func bytes(_ token: MySQLToken) -> [UInt8]? {
    let digits: [UInt8]
    let perByte: Int
    switch token.kind {
    case .hexadecimal: (digits, perByte) = (token.text.utf8.map(value), 2)
    case .bits: (digits, perByte) = (token.text.utf8.map(value), 8)
    default: return nil
    }
    let radix: UInt8 = perByte == 2 ? 16 : 2
    guard digits.allSatisfy({ $0 < radix }) else { return nil }
    let padded = [UInt8](repeating: 0, count: (perByte - digits.count % perByte) % perByte) + digits
    return stride(from: 0, to: padded.count, by: perByte).map { start in
      padded[start..<start + perByte].reduce(0) { $0 << (perByte == 2 ? 4 : 1) | $1 }
    }
  }

  private static func value(_ digit: UInt8) -> UInt8 {
    digit <= UInt8(ascii: "9") ? digit &- UInt8(ascii: "0") : (digit | 0x20) &- UInt8(ascii: "a") &+ 10
  }
}

extension StatementReader {
  /// The constant that stands here, `nil` when it is none, or one in a character set that is not read.
  mutating func literal() throws(StatementProblem) -> MySQLLiteral? {
    let token = token
    switch token.kind {
    case .string: return .text(try string())
    case .number:
      advance()
      return .number(token.text)
    case .hexadecimal, .bits:
      guard let bytes = MySQLLiteral.bytes(token) else { throw StatementProblem() }
      advance()
      return .bytes(bytes)
    case .symbol where (token.isSymbol("-") || token.isSymbol("+")) && ahead.kind == .number:
      let number = ahead.text
      advance()
      advance()
      return .number(token.isSymbol("-") ? "-" + number : number)
    case .word: return try wordLiteral()
    default: return nil
    }
  }

  private mutating func wordLiteral() throws(StatementProblem) -> MySQLLiteral? {
    if take("TRUE") { return .number("1") }
    if take("FALSE") { return .number("0") }
    if isAny("DATE", "TIME", "TIMESTAMP"), ahead.kind == .string {
      advance()
      return .text(try string())
    }
    guard token.text.hasPrefix("_") else { return nil }
    let charset = token.text.dropFirst().lowercased()
    switch ahead.kind {
    case .string:
      advance()
      return .text(try string())
    case .hexadecimal, .bits:
      guard let bytes = MySQLLiteral.bytes(ahead) else { throw StatementProblem() }
      if charset == "binary" {
        advance()
        advance()
        return .bytes(bytes)
      }
      guard charset.hasPrefix("utf8") || bytes.allSatisfy({ $0 < 128 }), let text = String(validating: bytes, as: UTF8.self) else { return nil }
      advance()
      advance()
      return .text(text)
    default: return nil
    }
  }
}
