/// The character sets of MySQL and MariaDB.
enum CharacterSets {
  static let byName: [String: CharacterSet] = {
    var sets: [String: CharacterSet] = [:]
    func add(_ name: String, _ encoding: CharacterSet.Encoding) { sets[name] = CharacterSet(name, encoding) }
    for name in ["utf8", "utf8mb3", "utf8mb4"] { add(name, .utf8) }
    add("ucs2", .ucs2)
    add("utf16", .utf16)
    add("utf16le", .utf16le)
    add("utf32", .utf32)
    for (name, digits) in bytes {
      let table = table(digits)
      add(name, DoubleByteTables.pairs[name] == nil ? .single(table) : .double(DoubleByteTable(name, singles: table)))
    }
    return sets
  }()

  private static func table(_ digits: String) -> [UInt16] {
    let nibbles = digits.utf8.map { UInt16($0 <= UInt8(ascii: "9") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10) }
    return stride(from: 0, to: nibbles.count, by: 4).map { place in nibbles[place..<place + 4].reduce(0) { $0 << 4 | $1 } }
  }
}

/// Collations as the log numbers them.
enum Collations {
  /// The character set of a collation; `nil` for one that is not known.
  static func charset(_ number: Int) -> String? { byNumber[number] }

  private static let byNumber: [Int: String] = {
    var names: [Int: String] = [:]
    for (name, numbers) in ranges {
      for range in numbers { for number in range { names[number] = name } }
    }
    return names
  }()
}
