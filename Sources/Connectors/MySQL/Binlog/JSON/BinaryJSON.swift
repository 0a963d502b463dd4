/// MySQL's binary form of JSON documents.
///
/// A value is a type and a place. Containers begin with the number of their elements and their size in bytes, in two or four bytes each,
/// followed by the places of keys and values; small values lie where their place would.
struct BinaryJSON {
  /// Bytes that are no document.
  struct Malformed: Error {}

  private let bytes: UnsafeRawBufferPointer
  /// What may still be read of elements and texts. They do not overlap in a document, so they cannot be more than its bytes; damaged ones
  /// may refer to the same place again and again.
  private var budget: Int

  private init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    budget = bytes.count
  }

  /// Appends the document as the server prints it; `false` for bytes that are none.
  static func render(_ document: UnsafeRawBufferPointer, to text: inout [UInt8]) -> Bool {
    do {
      try renderChecked(document, to: &text)
      return true
    } catch {
      return false
    }
  }

  private static func renderChecked(_ document: UnsafeRawBufferPointer, to text: inout [UInt8]) throws(Malformed) {
    // The server stores no bytes for a document that it had to invent, and reads them as null.
    guard let type = document.first else { return text += Array("null".utf8) }
    var json = BinaryJSON(UnsafeRawBufferPointer(rebasing: document.dropFirst()))
    try json.render(type, at: 0, end: json.bytes.count, depth: 0, to: &text)
  }

  /// The document as a tree.
  static func node(_ document: UnsafeRawBufferPointer) throws(Malformed) -> JSONNode {
    guard let type = document.first else { return .scalar(Array("null".utf8)) }
    var json = BinaryJSON(UnsafeRawBufferPointer(rebasing: document.dropFirst()))
    return try json.node(type, at: 0, end: json.bytes.count, depth: 0)
  }

  private mutating func render(_ type: UInt8, at place: Int, end: Int, depth: Int, to text: inout [UInt8]) throws(Malformed) {
    guard type <= 3 else { return try renderScalar(type, at: place, end: end, to: &text) }
    let container = try Container(self, type, at: place, end: end, depth: depth)
    text.append(container.isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
    for index in 0..<container.count {
      if index > 0 { text += [UInt8(ascii: ","), UInt8(ascii: " ")] }
      if container.isObject {
        JSONString.append(try spend(try container.key(index)), to: &text)
        text += [UInt8(ascii: ":"), UInt8(ascii: " ")]
      }
      try spend(1)
      let (type, place) = try container.value(index)
      try render(type, at: place, end: container.end, depth: depth + 1, to: &text)
    }
    text.append(container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
  }

  private mutating func node(_ type: UInt8, at place: Int, end: Int, depth: Int) throws(Malformed) -> JSONNode {
    guard type <= 3 else {
      var text: [UInt8] = []
      try renderScalar(type, at: place, end: end, to: &text)
      return .scalar(text)
    }
    let container = try Container(self, type, at: place, end: end, depth: depth)
    var members: [JSONNode.Member] = []
    var elements: [JSONNode] = []
    for index in 0..<container.count {
      try spend(1)
      let (type, place) = try container.value(index)
      let value = try node(type, at: place, end: container.end, depth: depth + 1)
      if container.isObject {
        members.append(.init(key: Array(try spend(try container.key(index))), value: value))
      } else {
        elements.append(value)
      }
    }
    return container.isObject ? .object(members) : .array(elements)
  }

  private mutating func spend(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> UnsafeRawBufferPointer {
    try spend(bytes.count)
    return bytes
  }

  private mutating func spend(_ count: Int) throws(Malformed) {
    budget -= count
    guard budget >= 0 else { throw Malformed() }
  }

  private mutating func renderScalar(_ type: UInt8, at place: Int, end: Int, to text: inout [UInt8]) throws(Malformed) {
    switch type {
    case 0x4:
      switch try number(place, 1, end) {
      case 0: text += Array("null".utf8)
      case 1: text += Array("true".utf8)
      case 2: text += Array("false".utf8)
      default: throw Malformed()
      }
    case 0x5: text += Array("\(Int16(truncatingIfNeeded: try number(place, 2, end)))".utf8)
    case 0x6: text += Array("\(try number(place, 2, end))".utf8)
    case 0x7: text += Array("\(Int32(truncatingIfNeeded: try number(place, 4, end)))".utf8)
    case 0x8: text += Array("\(try number(place, 4, end))".utf8)
    case 0x9: text += Array("\(Int64(bitPattern: try number(place, 8, end)))".utf8)
    case 0xa: text += Array("\(try number(place, 8, end))".utf8)
    case 0xb:
      let value = Double(bitPattern: try number(place, 8, end))
      guard value.isFinite else { throw Malformed() }
      JSONNumber.append(value, to: &text)
    case 0xc: JSONString.append(try counted(place, end), to: &text)
    case 0xf:
      let kind = UInt8(try number(place, 1, end))
      try OpaqueJSON.append(kind, try counted(place + 1, end), to: &text)
    default: throw Malformed()
    }
  }

  /// Bytes behind a length of seven bits a byte.
  private mutating func counted(_ place: Int, _ end: Int) throws(Malformed) -> UnsafeRawBufferPointer {
    var length = 0
    var at = place
    for shift in stride(from: 0, to: 35, by: 7) {
      guard at < end else { throw Malformed() }
      let byte = bytes[at]
      at += 1
      length |= Int(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return try spend(try slice(at, length, end)) }
    }
    throw Malformed()
  }

  fileprivate func slice(_ place: Int, _ length: Int, _ end: Int) throws(Malformed) -> UnsafeRawBufferPointer {
    guard place >= 0, length >= 0, end <= bytes.count, place <= end, length <= end - place else { throw Malformed() }
    return UnsafeRawBufferPointer(rebasing: bytes[place..<place + length])
  }

  fileprivate func number(_ place: Int, _ length: Int, _ end: Int) throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for (index, byte) in try slice(place, length, end).enumerated() { value |= UInt64(byte) << UInt64(index * 8) }
    return value
  }
}

/// An object or array at a place of a document.
private struct Container {
  let isObject: Bool
  let count: Int
  let end: Int
  private let json: BinaryJSON
  private let start: Int
  /// Bytes of a number: of an offset, a count.
  private let width: Int

  /// As many levels as the server allows, and a few more.
  private static let deepest = 110

  init(_ json: BinaryJSON, _ type: UInt8, at place: Int, end: Int, depth: Int) throws(BinaryJSON.Malformed) {
    guard depth <= Self.deepest else { throw BinaryJSON.Malformed() }
    self.json = json
    start = place
    isObject = type <= 1
    width = type & 1 == 0 ? 2 : 4
    count = Int(try json.number(place, width, end))
    let size = Int(try json.number(place + width, width, end))
    guard size <= end - place else { throw BinaryJSON.Malformed() }
    self.end = place + size
    // The entries lie before everything else, so their number is bounded by the size.
    guard count <= size / (1 + width) else { throw BinaryJSON.Malformed() }
  }

  func key(_ index: Int) throws(BinaryJSON.Malformed) -> UnsafeRawBufferPointer {
    let entry = start + 2 * width + index * (width + 2)
    let offset = Int(try json.number(entry, width, end))
    return try json.slice(start + offset, Int(try json.number(entry + width, 2, end)), end)
  }

  /// The type of a value and its place, which is within its entry for small ones.
  func value(_ index: Int) throws(BinaryJSON.Malformed) -> (type: UInt8, place: Int) {
    let entries = start + 2 * width + (isObject ? count * (width + 2) : 0)
    let entry = entries + index * (1 + width)
    let type = UInt8(try json.number(entry, 1, end))
    switch type {
    case 0x4, 0x5, 0x6: return (type, entry + 1)
    case 0x7 where width == 4, 0x8 where width == 4: return (type, entry + 1)
    default:
      let offset = Int(try json.number(entry + 1, width, end))
      // Values lie behind all entries, so a document cannot contain itself.
      guard offset >= 2 * width, start + offset > entry else { throw BinaryJSON.Malformed() }
      return (type, start + offset)
    }
  }
}
