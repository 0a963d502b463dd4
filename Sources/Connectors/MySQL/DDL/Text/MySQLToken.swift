/// A piece of a statement.
struct MySQLToken: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// A keyword or an identifier without quotes, as written.
    case word
    /// An identifier in quotes; `text` is the name.
    case quoted
    /// `text` is the value.
    case string
    case number
    /// `text` holds the digits alone.
    case hexadecimal, bits
    /// One byte of punctuation.
    case symbol
    /// The statement is over.
    case end
    /// Something that was opened and not closed.
    case broken
  }

  let kind: Kind
  let text: String
  /// Where it ends, in bytes of the statement.
  let end: Int
  /// Whether something stands between it and the token before.
  let isSeparated: Bool

  /// Whether it is that keyword, given in upper case.
  func isWord(_ keyword: StaticString) -> Bool {
    guard kind == .word, text.utf8.count == keyword.utf8CodeUnitCount else { return false }
    return keyword.withUTF8Buffer { wanted in
      zip(text.utf8, wanted).allSatisfy { ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") ? $0 - 32 : $0) == $1 }
    }
  }

  func isSymbol(_ symbol: Unicode.Scalar) -> Bool {
    kind == .symbol && text.unicodeScalars.first == symbol
  }

  /// A name, or may be one.
  var isName: Bool { kind == .word || kind == .quoted }
}
