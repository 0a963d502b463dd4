import Glibc
import SluiceCore

/// The offsets of a time zone from UTC, from the system's time zone database (RFC 8536) or a fixed offset.
struct TimeZoneRules: Sendable {
  /// Seconds since 1970 at which the offset changes, in ascending order.
  private let transitions: [Int64]
  /// The offset, in seconds east of UTC, from each transition on.
  private let offsets: [Int32]
  private let firstOffset: Int32
  /// What holds after the last transition.
  private let rule: YearlyRule?

  /// `UTC`, an offset like `+02:00`, or a name of the database like `Europe/Berlin`. Throws `specInvalid` for anything else.
  init(_ name: String) throws {
    if let seconds = Self.fixedOffset(name) {
      self.init(transitions: [], offsets: [], firstOffset: seconds, rule: nil)
      return
    }
    let isName = name.utf8.allSatisfy { byte in
      byte &- 48 < 10 || (byte | 32) &- 97 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        || byte == UInt8(ascii: "/")
    }
    guard isName, !name.isEmpty, !name.hasPrefix("/"), name.utf8.count <= 64, let file = Self.read("/usr/share/zoneinfo/" + name),
      let rules = TimeZoneRules(file: file)
    else {
      throw SluiceError(
        .specInvalid,
        "there is no time zone \"\(name.prefix(64))\" on this machine; a zone is UTC, an offset like +02:00, or a name like Europe/Berlin")
    }
    self = rules
  }

  private init(transitions: [Int64], offsets: [Int32], firstOffset: Int32, rule: YearlyRule?) {
    self.transitions = transitions
    self.offsets = offsets
    self.firstOffset = firstOffset
    self.rule = rule
  }

  private static func fixedOffset(_ name: String) -> Int32? {
    if name == "Z" || name.uppercased() == "UTC" { return 0 }
    let digits = Array(name.utf8)
    guard digits.count == 6, digits[0] == UInt8(ascii: "+") || digits[0] == UInt8(ascii: "-"), digits[3] == UInt8(ascii: ":"),
      let hours = Int32(name.dropFirst().prefix(2)), let minutes = Int32(name.suffix(2)), hours <= 18, (0..<60).contains(minutes)
    else { return nil }
    return (hours * 3600 + minutes * 60) * (digits[0] == UInt8(ascii: "-") ? -1 : 1)
  }

  private static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }

  // MARK: - Conversion

  /// The offset at a time.
  func offset(at seconds: Int64) -> Int64 {
    guard let last = transitions.last else { return rule?.offset(at: seconds) ?? Int64(firstOffset) }
    if seconds >= last, let rule { return rule.offset(at: seconds) }
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return Int64(low == 0 ? firstOffset : offsets[low - 1])
  }

  /// The time at which the zone's clocks show `local`: the first of two, and what the clocks would show had they not been put forward.
  func seconds(ofLocal local: Int64) -> Int64 {
    let before = offset(at: local - 86_400)
    if offset(at: local - before) == before { return local - before }
    let after = offset(at: local + 86_400)
    return offset(at: local - after) == after ? local - after : local - before
  }

  // MARK: - The database's files

  private init?(file: [UInt8]) {
    var reader = Reader(bytes: file)
    guard let first = reader.header() else { return nil }
    var header = first
    var isWide = false
    if header.version >= 0x32 {
      reader.at += header.byteCount(wide: false)
      guard let second = reader.header() else { return nil }
      header = second
      isWide = true
    }
    guard header.typeCount > 0, reader.at + header.byteCount(wide: isWide) <= file.count else { return nil }
    var transitions: [Int64] = []
    for _ in 0..<header.timeCount { transitions.append(isWide ? reader.integer(8) : Int64(Int32(truncatingIfNeeded: reader.integer(4)))) }
    let kinds = (0..<header.timeCount).map { _ in Int(reader.integer(1)) }
    var typeOffsets: [Int32] = []
    for _ in 0..<header.typeCount {
      typeOffsets.append(Int32(truncatingIfNeeded: reader.integer(4)))
      reader.at += 2
    }
    guard kinds.allSatisfy({ $0 < typeOffsets.count }) else { return nil }
    reader.at += header.letterCount + header.leapCount * (isWide ? 12 : 8) + header.standardCount + header.utcCount
    let footer = isWide ? file[min(reader.at, file.count)...].drop { $0 == 10 }.prefix { $0 != 10 } : []
    self.init(
      transitions: transitions, offsets: kinds.map { typeOffsets[$0] }, firstOffset: typeOffsets[0],
      rule: YearlyRule(String(decoding: footer, as: UTF8.self)))
  }

  private struct Header {
    let version: UInt8
    let utcCount, standardCount, leapCount, timeCount, typeCount, letterCount: Int

    func byteCount(wide: Bool) -> Int {
      timeCount * (wide ? 9 : 5) + typeCount * 6 + letterCount + leapCount * (wide ? 12 : 8) + standardCount + utcCount
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0

    mutating func integer(_ width: Int) -> Int64 {
      var value: Int64 = 0
      for _ in 0..<width {
        value = value << 8 | Int64(at < bytes.count ? bytes[at] : 0)
        at += 1
      }
      return value
    }

    mutating func header() -> Header? {
      guard at + 44 <= bytes.count, bytes[at..<at + 4].elementsEqual("TZif".utf8) else { return nil }
      let version = bytes[at + 4]
      at += 20
      let counts = (0..<6).map { _ in Int(integer(4)) }
      guard counts.allSatisfy({ $0 <= bytes.count }) else { return nil }
      return Header(
        version: version, utcCount: counts[0], standardCount: counts[1], leapCount: counts[2], timeCount: counts[3], typeCount: counts[4],
        letterCount: counts[5])
    }
  }
}
