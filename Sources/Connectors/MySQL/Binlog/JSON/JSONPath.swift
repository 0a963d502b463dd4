/// A path into a document as the log spells it: `$.a[3]."b c"`.
struct JSONPath {
  enum Leg {
    case member([UInt8])
    case element(Int)
  }

  let legs: [Leg]

  init(_ bytes: UnsafeRawBufferPointer) throws(BinaryJSON.Malformed) {
    var place = 1
    guard bytes.first == UInt8(ascii: "$") else { throw BinaryJSON.Malformed() }
    var legs: [Leg] = []
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "."): legs.append(.member(try Self.name(bytes, &place)))
      case UInt8(ascii: "["): legs.append(.element(try Self.index(bytes, &place)))
      default: throw BinaryJSON.Malformed()
      }
    }
    self.legs = legs
  }

  private static func index(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) throws(BinaryJSON.Malformed) -> Int {
    guard let close = bytes[place...].firstIndex(of: UInt8(ascii: "]")),
      let index = Int(String(decoding: bytes[(place + 1)..<close], as: UTF8.self)), index >= 0
    else { throw BinaryJSON.Malformed() }
    place = close + 1
    return index
  }

  /// A plain identifier, or a string as in JSON.
  private static func name(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) throws(BinaryJSON.Malformed) -> [UInt8] {
    place += 1
    guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
      let end = bytes[place...].firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") } ?? bytes.count
      guard end > place else { throw BinaryJSON.Malformed() }
      defer { place = end }
      return Array(bytes[place..<end])
    }
    place += 1
    var name: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\"") { return name }
      if byte == UInt8(ascii: "\\") { try appendEscape(bytes, &place, to: &name) } else { name.append(byte) }
    }
    throw BinaryJSON.Malformed()
  }

  private static func appendEscape(
    _ bytes: UnsafeRawBufferPointer, _ place: inout Int, to name: inout [UInt8]
  ) throws(BinaryJSON.Malformed) {
    guard place < bytes.count else { throw BinaryJSON.Malformed() }
    let mark = bytes[place]
    place += 1
    switch mark {
    case UInt8(ascii: "b"): name.append(8)
    case UInt8(ascii: "t"): name.append(9)
    case UInt8(ascii: "n"): name.append(10)
    case UInt8(ascii: "f"): name.append(12)
    case UInt8(ascii: "r"): name.append(13)
    case UInt8(ascii: "u"):
      // The server escapes control characters only, so a code is a character by itself.
      guard place + 4 <= bytes.count, let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      else { throw BinaryJSON.Malformed() }
      name += Array(String(Character(scalar)).utf8)
      place += 4
    default: name.append(mark)
    }
  }
}
