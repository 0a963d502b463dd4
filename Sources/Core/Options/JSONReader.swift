/// Reads JSON text into a `SpecValue`, keeping the order of keys; syntax errors name line and column.
///
/// Written here because key order, duplicate keys and places are lost by decoders made for data.
public struct JSONReader {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  private static let maximumDepth = 64

  /// Where and why reading failed; lines and columns count from 1, columns in characters.
  public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    public let line: Int
    public let column: Int
    public let message: String

    public init(line: Int, column: Int, message: String) {
      self.line = line
      self.column = column
      self.message = message
    }

    public var description: String { "line \(line), column \(column): \(message)" }
  }

  private init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The one value that `text` holds.
  public static func read(_ text: String) throws(SyntaxError) -> SpecValue {
    var reader = JSONReader(text)
    if reader.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
    let value = try reader.value()
    reader.skipSpace()
    if reader.index < reader.bytes.count { throw reader.error("expected the end, found \(reader.found)") }
    return value
  }

  private mutating func value() throws(SyntaxError) -> SpecValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case let byte? where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte): return try number()
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw error("expected a value, found \(found)")
    }
  }

  private mutating func object() throws(SyntaxError) -> SpecValue {
    try descend()
    defer { depth -= 1 }
    var members: [SpecValue.Member] = []
    index += 1
    skipSpace()
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw error("expected a key in double quotes, found \(found)") }
      let start = index
      let key = try string()
      if members.contains(where: { $0.key == key }) { throw error("the key \(JSONText.quoted(key)) is given twice", at: start) }
      skipSpace()
      guard take(":") else { throw error("expected a colon after the key \(JSONText.quoted(key)), found \(found)") }
      members.append(.init(key, try value()))
      skipSpace()
    } while take(",")
    guard take("}") else { throw error("expected a comma or } in the object, found \(found)") }
    return .object(members)
  }

  private mutating func array() throws(SyntaxError) -> SpecValue {
    try descend()
    defer { depth -= 1 }
    var items: [SpecValue] = []
    index += 1
    skipSpace()
    if take("]") { return .array([]) }
    repeat {
      items.append(try value())
      skipSpace()
    } while take(",")
    guard take("]") else { throw error("expected a comma or ] in the list, found \(found)") }
    return .array(items)
  }

  private mutating func number() throws(SyntaxError) -> SpecValue {
    let start = index
    let allowed = Array("+-.eE0123456789".utf8)
    while let byte = peek, allowed.contains(byte) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    let digits = text.drop { $0 == "-" }
    let isWellFormed = digits.first?.isNumber == true && (digits.first != "0" || digits.dropFirst().first?.isNumber != true)
    if isWellFormed, let integer = Int(text) { return .integer(integer) }
    guard isWellFormed, let number = Double(text), number.isFinite else { throw error("\(text) is not a number", at: start) }
    return .number(number)
  }

  private mutating func word(_ text: String, _ value: SpecValue) throws(SyntaxError) -> SpecValue {
    guard bytes[index...].starts(with: text.utf8) else { throw error("expected a value, found \(found)") }
    index += text.utf8.count
    return value
  }

  private mutating func string() throws(SyntaxError) -> String {
    let start = index
    var content: [UInt8] = []
    index += 1
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        content += try escape().utf8
      case 0..<0x20:
        throw error("a text ends on its line; write a line end as \\n")
      default:
        content.append(byte)
        index += 1
      }
    }
    throw error("the text that starts here has no end", at: start)
  }

  private mutating func escape() throws(SyntaxError) -> Character {
    let start = index
    index += 2
    guard index <= bytes.count else { throw error("the text ends in an escape", at: start) }
    switch bytes[index - 1] {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(bytes[index - 1]))
    case UInt8(ascii: "u"):
      var units = [try unit(start)]
      if UTF16.isLeadSurrogate(units[0]), bytes[index...].starts(with: "\\u".utf8) {
        index += 2
        units.append(try unit(start))
      }
      guard let text = String(validating: units, as: UTF16.self), let character = text.first else {
        throw error("half of a surrogate pair", at: start)
      }
      return character
    default: throw error("unknown escape; known are \\n \\t \\r \\b \\f \\\" \\\\ \\/ \\u", at: start)
    }
  }

  /// Four hexadecimal digits.
  private mutating func unit(_ start: Int) throws(SyntaxError) -> UInt16 {
    let digits = bytes[index...].prefix(4)
    guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw error("expected four hexadecimal digits", at: start)
    }
    index += 4
    return unit
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
  }

  private mutating func descend() throws(SyntaxError) {
    depth += 1
    if depth > Self.maximumDepth { throw error("nested deeper than \(Self.maximumDepth) levels") }
  }

  /// What stands at the current place, for messages.
  private var found: String {
    guard index < bytes.count else { return "the end of the text" }
    return String(decoding: bytes[index...].prefix(32), as: UTF8.self).first.map { "`\($0)`" } ?? "nothing"
  }

  private func error(_ message: String, at place: Int? = nil) -> SyntaxError {
    let before = bytes[..<(place ?? index)]
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return SyntaxError(line: line, column: String(decoding: before[start...], as: UTF8.self).count + 1, message: message)
  }
}
