import SluiceCore
import Testing

@testable import SluiceConnectors

/// Events that the test servers do not write, or not in every form.
@Suite struct BinlogEventTests {
  /// The bytes of an event, without a checksum.
  private func event(_ type: UInt8, _ body: [UInt8], flags: UInt16 = 0, nextOffset: UInt32 = 500, server: UInt8 = 9) -> [UInt8] {
    let size = UInt32(19 + body.count)
    func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) } }
    return [1, 0, 0, 0, type, server, 0, 0, 0] + little(size) + little(nextOffset) + [UInt8(flags & 0xff), UInt8(flags >> 8)] + body
  }

  /// What a decoder says of an event; no checksums, no format before it.
  private func read(_ bytes: [UInt8]) throws -> BinlogEvent {
    var decoder = BinlogDecoder()
    var found: BinlogEvent?
    try decoder.read(bytes) { _, event in found = event }
    return try #require(found)
  }

  private func format(_ version: String, tail: [UInt8]) -> [UInt8] {
    let name = Array(version.utf8) + [UInt8](repeating: 0, count: 50 - version.utf8.count)
    return event(15, [4, 0] + name + [0, 0, 0, 0, 19] + [UInt8](repeating: 0, count: 40) + tail)
  }

  @Test func `a rotation before the format is read with and without a checksum`() throws {
    let body = [UInt8](arrayLiteral: 4, 0, 0, 0, 0, 0, 0, 0) + Array("binlog.000009".utf8)
    let plain = event(4, body, flags: 0x20, nextOffset: 0)
    guard case .rotate(let file, let offset) = try read(plain) else { throw Mismatch() }
    #expect(file == "binlog.000009" && offset == 4)
    // CRC-32 of the bytes before it.
    var summed = event(4, body + [0, 0, 0, 0], flags: 0x20, nextOffset: 0)
    let sum = crc(summed.dropLast(4))
    for index in 0..<4 { summed[summed.count - 4 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(index * 8)) }
    guard case .rotate(let second, _) = try read(summed) else { throw Mismatch() }
    #expect(second == "binlog.000009")
  }

  @Test func `the format tells versions, lengths and checksums`() throws {
    guard case .formatDescription(let old) = try read(format("5.5.62-log", tail: [])) else { throw Mismatch() }
    #expect(old.serverVersion == "5.5.62-log" && !old.hasChecksums && old.fixedLengths.count == 40)
    guard case .formatDescription(let none) = try read(format("10.3.39-MariaDB-log", tail: [0, 0, 0, 0, 0])) else { throw Mismatch() }
    #expect(!none.hasChecksums && none.fixedLengths.count == 40)
    #expect(failure { _ = try read(format("8.0.40", tail: [1, 0, 0, 0, 0])) }?.message.contains("checksum") == true)
    #expect(failure { _ = try read(format("8.0.40", tail: [7, 0, 0, 0, 0])) }?.kind == .sourceLogUnusable)
    var ancient = format("4.1.0", tail: [])
    ancient[19] = 3
    #expect(failure { _ = try read(ancient) }?.kind == .sourceLogUnusable)
  }

  @Test func `both forms of GTIDs are read, with and without times`() throws {
    let source: [UInt8] = [0x3e, 0x11, 0xfa, 0x47, 0x71, 0xca, 0x11, 0xe1, 0x9e, 0x33, 0xc8, 0x0a, 0xa9, 0x42, 0x95, 0x62]
    guard case .gtid(let plain) = try read(event(33, [0] + source + [23, 0, 0, 0, 0, 0, 0, 0])) else { throw Mismatch() }
    #expect(plain.text == "3e11fa47-71ca-11e1-9e33-c80aa9429562:23" && plain.committedAt == nil)
    let clock: [UInt8] = [2] + [UInt8](repeating: 0, count: 16)
    // 2024-01-01 in microseconds, once and twice.
    let time = (0..<7).map { UInt8(truncatingIfNeeded: 1_704_067_200_000_000 >> ($0 * 8)) }
    guard case .gtid(let timed) = try read(event(33, [0] + source + [23, 0, 0, 0, 0, 0, 0, 0] + clock + time + [200])) else { throw Mismatch() }
    #expect(timed.committedAt == 1_704_067_200_000_000 && timed.firstCommittedAt == timed.committedAt && timed.transactionLength == 200)
    var flagged = time
    flagged[6] |= 0x80
    guard case .gtid(let replica) = try read(event(33, [0] + source + [23, 0, 0, 0, 0, 0, 0, 0] + clock + flagged + [1, 0, 0, 0, 0, 0, 0])) else {
      throw Mismatch()
    }
    #expect(replica.committedAt == timed.committedAt && replica.firstCommittedAt == 1)
    guard case .gtid(let anonymous) = try read(event(34, [0] + source + [0, 0, 0, 0, 0, 0, 0, 0])) else { throw Mismatch() }
    #expect(anonymous.isAnonymous)
    #expect(failure { _ = try read(event(33, [0] + source + [0, 0, 0, 0, 0, 0, 0, 0])) }?.kind == .sourceLogDamaged)
  }

  @Test func `sets of GTIDs are spelled as the server does, with tags and without`() throws {
    let source = [UInt8](repeating: 0xab, count: 16)
    let uuid = "abababab-abab-abab-abab-abababababab"
    func number(_ value: UInt8) -> [UInt8] { [value, 0, 0, 0, 0, 0, 0, 0] }
    guard case .previousGTIDs(let plain) = try read(event(35, number(1) + source + number(2) + number(1) + number(6) + number(8) + number(9))) else {
      throw Mismatch()
    }
    #expect(plain == "\(uuid):1-5:8")
    let header: [UInt8] = [1, 2, 0, 0, 0, 0, 0, 1]
    let tagged = header + source + [0] + number(1) + number(1) + number(3) + source + [6] + Array("tag".utf8) + number(1) + number(1) + number(2)
    guard case .previousGTIDs(let both) = try read(event(35, tagged)) else { throw Mismatch() }
    #expect(both == "\(uuid):1-2:tag:1")
    guard case .previousGTIDs("") = try read(event(35, number(0))) else { throw Mismatch() }
  }

  @Test func `MariaDB's GTIDs tell their flags`() throws {
    let body: [UInt8] = [42, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]
    guard case .mariaGTID(let ddl) = try read(event(162, body + [0x21, 0, 0, 0, 0, 0, 0])) else { throw Mismatch() }
    #expect("\(ddl.identifier)" == "3-9-42" && ddl.isStandalone && ddl.isDDL && !ddl.isPreparedXA)
    guard case .mariaGTID(let xa) = try read(event(162, body + [0x46, 1, 1, 1, 1, 1, 1, 1, 1, 7, 0, 0, 0, 1, 1, 0x61, 0x62])) else {
      throw Mismatch()
    }
    #expect(xa.isPreparedXA && xa.isTransactional && xa.xa == [7, 0, 0, 0, 1, 1, 0x61, 0x62])
    let list: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
    guard case .mariaGTIDList(let identifiers) = try read(event(163, list)) else { throw Mismatch() }
    #expect(identifiers.map(\.description) == ["0-1-5", "1-2-6"])
  }

  @Test func `heartbeats tell the place in both forms`() throws {
    guard case .heartbeat(let file, let offset) = try read(event(27, Array("binlog.000001".utf8), nextOffset: 77)) else { throw Mismatch() }
    #expect(file == "binlog.000001" && offset == 77)
    let body: [UInt8] = [1, 3] + Array("b.1".utf8) + [2, 9, 254, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    guard case .heartbeat(let second, let far) = try read(event(41, body)) else { throw Mismatch() }
    #expect(second == "b.1" && far == 1 << 32)
  }

  @Test func `unknown events are skipped when they may be and are errors otherwise`() throws {
    guard case .skipped = try read(event(150, [1, 2, 3], flags: 0x80)) else { throw Mismatch() }
    let unknown = failure { _ = try read(event(150, [1, 2, 3])) }
    #expect(unknown?.kind == .sourceLogUnusable && unknown?.message.contains("150") == true && unknown?.place.position == "binary log:478")
    let incident = failure { _ = try read(event(26, [1, 0, 0])) }
    #expect(incident?.kind == .sourceLogUnusable && incident?.remedy != nil)
    #expect(failure { _ = try read(event(164, [1, 0, 0, 0, 0])) }?.message.contains("encrypted") == true)
  }

  @Test func `rows without the map of their table are damage`() throws {
    let error = failure { _ = try read(event(30, [9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 1, 0])) }
    #expect(error?.kind == .sourceLogDamaged && error?.message.contains("map") == true)
    guard case .skipped = try read(event(30, [0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 2, 0, 1, 1])) else { throw Mismatch() }
  }

  @Test func `the statement that caused rows is told by both products`() throws {
    guard case .rowsQuery("SELECT 1") = try read(event(29, [8] + Array("SELECT 1".utf8))) else { throw Mismatch() }
    guard case .rowsQuery("SELECT 1") = try read(event(160, Array("SELECT 1".utf8))) else { throw Mismatch() }
  }

  @Test func `a compressed transaction may be stored plain, and must be whole`() throws {
    let inner = event(16, [7, 0, 0, 0, 0, 0, 0, 0])
    let head: [UInt8] = [2, 3, 252, 255, 0, 1, 1, UInt8(inner.count), 3, 1, UInt8(inner.count), 0]
    var decoder = BinlogDecoder()
    var found: [UInt8] = []
    try decoder.read(event(40, head + inner)) { header, _ in found.append(header.type.code) }
    #expect(found == [40, 16])
    #expect(failure { try decoder.read(event(40, head + inner.dropLast())) { _, _ in } }?.kind == .sourceLogDamaged)
    let unknown: [UInt8] = [2, 1, 9, 0]
    #expect(failure { try decoder.read(event(40, unknown)) { _, _ in } }?.kind == .sourceLogUnusable)
    let nested = event(40, head + inner)
    let outer: [UInt8] = [1, 1, UInt8(nested.count), 0]
    #expect(failure { try decoder.read(event(40, outer + nested)) { _, _ in } }?.kind == .sourceLogDamaged)
  }

  private struct Mismatch: Error {}

  /// CRC-32, bit by bit.
  private func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
    }
  }
}
