internal import CZlib

/// A character set of East Asia, whose characters take one or two bytes, in some sets three or four.
final class DoubleByteTable: Sendable {
  private let name: String
  private let singles: [UInt16]

  init(_ name: String, singles: [UInt16]) {
    self.name = name
    self.singles = singles
  }

  /// Writes a text as UTF-8.
  func convert(_ start: UnsafePointer<UInt8>, _ count: Int, _ writer: inout UTF8Writer) {
    let pairs = DoubleByteTables.pairTable(name)
    let triples = DoubleByteTables.tripleTable(name)
    let hasFourBytes = name == "gb18030"
    var place = 0
    while place < count {
      let first = start[place]
      let alone = singles[Int(first)]
      if alone != 0 || first == 0 {
        writer.append(UInt32(alone))
        place += 1
        continue
      }
      guard first >= 0x80, place + 1 < count else {
        writer.append(0x3f)
        place += 1
        continue
      }
      let second = start[place + 1]
      if hasFourBytes, second &- 0x30 < 10, place + 3 < count {
        writer.append(DoubleByteTables.fourBytes(start + place))
        place += 4
      } else if first == 0x8f, let triples, place + 2 < count, second >= 0x80 {
        let character = triples[Int(second & 0x7f) << 8 | Int(start[place + 2])]
        writer.append(character == 0 ? 0x3f : UInt32(character))
        place += 3
      } else {
        let character = pairs[Int(first & 0x7f) << 8 | Int(second)]
        writer.append(character == 0 ? 0x3f : UInt32(character))
        // A pair without a character is one mistake, other bytes are one each.
        let isPair = triples == nil ? second >= 0x40 : first >= 0xa1 && second >= 0xa1
        place += character != 0 || isPair ? 2 : 1
      }
    }
  }
}

/// The tables, unpacked when they are first needed.
enum DoubleByteTables {
  fileprivate static func pairTable(_ name: String) -> [UInt16] { pairTables[name]?.value ?? [UInt16](repeating: 0, count: 0x8000) }

  fileprivate static func tripleTable(_ name: String) -> [UInt16]? { tripleTables[name]?.value }

  /// A code of four bytes of gb18030; 0x3f for none.
  fileprivate static func fourBytes(_ start: UnsafePointer<UInt8>) -> UInt32 {
    guard start[0] >= 0x81, start[2] >= 0x81, start[3] &- 0x30 < 10 else { return 0x3f }
    let linear = ((UInt32(start[0]) - 0x81) * 10 + UInt32(start[1] - 0x30)) * 1_260 + UInt32(start[2] - 0x81) * 10 + UInt32(start[3] - 0x30)
    // Characters beyond the first plane begin at 90 30 81 30.
    if linear >= 189_000 { return linear - 189_000 < 0x10_0000 ? linear - 189_000 + 0x1_0000 : 0x3f }
    return linear < rest.value.count ? UInt32(rest.value[Int(linear)]) : 0x3f
  }

  private static let pairTables = lazyTables(pairs)
  private static let tripleTables = lazyTables(triples)

  /// What the pairs of gb18030 leave of the first plane, in order. The edition of 2005 exchanged two codes.
  private static let rest = LazyTable {
    var isTaken = [Bool](repeating: false, count: 0x1_0000)
    for character in pairTable("gb18030") { isTaken[Int(character)] = true }
    isTaken[0x1e3f] = false
    isTaken[0xe7c7] = true
    return (0x80..<0x1_0000).filter { !isTaken[$0] && $0 & 0xf800 != 0xd800 }.map { $0 == 0x1e3f ? 0xe7c7 : UInt16($0) }
  }

  private static func lazyTables(_ texts: [String: String]) -> [String: LazyTable] {
    texts.reduce(into: [:]) { tables, entry in
      tables[entry.key] = LazyTable {
        let table = unpacked(entry.value)
        guard let base = bases[entry.key].flatMap({ texts[$0] }) else { return table }
        return zip(table, unpacked(base)).map { $0 ^ $1 }
      }
    }
  }

  private static func unpacked(_ text: String) -> [UInt16] {
    var packed: [UInt8] = []
    packed.reserveCapacity(text.utf8.count / 4 * 3)
    var bits: UInt32 = 0
    var count = 0
    for digit in text.utf8 {
      guard let value = value(ofBase64: digit) else { continue }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        packed.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return [UInt16](unsafeUninitializedCapacity: 0x8000) { table, used in
      var size = uLongf(0x8000 * 2)
      let target = UnsafeMutableRawPointer(table.baseAddress)?.assumingMemoryBound(to: Bytef.self)
      let code = uncompress(target, &size, packed, uLong(packed.count))
      precondition(code == Z_OK && size == 0x8000 * 2, "a generated table is whole")
      used = 0x8000
    }
  }

  private static func value(ofBase64 digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
