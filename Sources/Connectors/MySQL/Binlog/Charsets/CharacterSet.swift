internal import SluiceCore

/// A character set of the servers, with the way that they turn it into Unicode. Characters that it does not know become `?`, as there.
final class CharacterSet: Sendable {
  enum Encoding: Sendable {
    /// Needs no conversion.
    case utf8
    /// A character a byte; 0 for none.
    case single([UInt16])
    case double(DoubleByteTable)
    case ucs2, utf16, utf16le, utf32
  }

  let name: String
  let encoding: Encoding
  /// Whether bytes below 128 are ASCII, wherever they stand alone.
  private let keepsASCII: Bool

  init(_ name: String, _ encoding: Encoding) {
    self.name = name
    self.encoding = encoding
    switch encoding {
    case .utf8: keepsASCII = true
    case .single(let table): keepsASCII = (0..<128).allSatisfy { table[$0] == UInt16($0) }
    case .double: keepsASCII = true
    case .ucs2, .utf16, .utf16le, .utf32: keepsASCII = false
    }
  }

  var isUTF8: Bool { if case .utf8 = encoding { true } else { false } }

  /// Appends a text as UTF-8.
  func append(_ start: UnsafePointer<UInt8>, _ count: Int, to builder: inout ColumnBuilder, _ scratch: ByteScratch) {
    if keepsASCII, Self.isASCII(start, count) { return builder.append(bytes: start, count: count) }
    // No character takes more bytes than three for each of its own.
    scratch.reserve(3 * count + 4)
    let target = scratch.base.assumingMemoryBound(to: UInt8.self)
    let written = convert(start, count, to: target)
    builder.append(bytes: target, count: written)
    scratch.shrink(to: 4 << 20)
  }

  /// The text as UTF-8 bytes.
  func utf8(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return [] }
    if isUTF8 { return Array(bytes) }
    return [UInt8](unsafeUninitializedCapacity: 3 * bytes.count + 4) { target, count in
      guard let start = target.baseAddress else { return }
      count = convert(base, bytes.count, to: start)
    }
  }

  /// The character set of that name; `nil` for one that is not known.
  static func named(_ name: String) -> CharacterSet? { CharacterSets.byName[name] }

  /// A statement or text in the character set of a collation; UTF-8 where the collation is not known.
  static func text(_ bytes: UnsafeRawBufferPointer, collation: Int?) -> String {
    if let set = collation.flatMap(Collations.charset).flatMap(named), !set.isUTF8 {
      return String(decoding: set.utf8(bytes), as: UTF8.self)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isASCII(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var seen: UInt8 = 0
    for index in 0..<count { seen |= start[index] }
    return seen < 0x80
  }

  private func convert(_ start: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>) -> Int {
    var writer = UTF8Writer(target)
    switch encoding {
    case .utf8: for index in 0..<count { writer.append(byte: start[index]) }
    case .single(let table):
      table.withUnsafeBufferPointer { table in
        for index in 0..<count {
          let character = table[Int(start[index])]
          writer.append(character == 0 && start[index] != 0 ? 0x3f : UInt32(character))
        }
      }
    case .double(let table): table.convert(start, count, &writer)
    case .ucs2: for place in stride(from: 0, to: count - 1, by: 2) { writer.append(Self.unit(start + place)) }
    case .utf16: Self.utf16(start, count, isLittle: false, &writer)
    case .utf16le: Self.utf16(start, count, isLittle: true, &writer)
    case .utf32:
      for place in stride(from: 0, to: count - 3, by: 4) { writer.append(Self.unit(start + place) << 16 | Self.unit(start + place + 2)) }
    }
    return writer.count
  }

  private static func unit(_ at: UnsafePointer<UInt8>) -> UInt32 { UInt32(at[0]) << 8 | UInt32(at[1]) }

  private static func utf16(_ start: UnsafePointer<UInt8>, _ count: Int, isLittle: Bool, _ writer: inout UTF8Writer) {
    var place = 0
    func unit(_ at: Int) -> UInt32 {
      let big = Self.unit(start + at)
      return isLittle ? (big & 0xff) << 8 | big >> 8 : big
    }
    while place + 1 < count {
      let first = unit(place)
      place += 2
      if first & 0xfc00 == 0xd800, place + 1 < count, unit(place) & 0xfc00 == 0xdc00 {
        writer.append(0x1_0000 + (first & 0x3ff) << 10 + unit(place) & 0x3ff)
        place += 2
      } else {
        writer.append(first)
      }
    }
  }
}
