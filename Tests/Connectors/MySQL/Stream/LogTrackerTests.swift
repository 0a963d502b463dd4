import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// What the tracker makes of events that a healthy server seldom writes.
@Suite struct LogTrackerTests {
  private static let server = MySQLServer(version: "10.11.19-MariaDB")
  private static let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

  private func tracker(_ gtids: String, file: String = "binlog.000001", offset: UInt64 = 100) -> LogTracker {
    LogTracker(MySQLPosition(file: file, offset: offset, gtids: ReadGTIDs(gtids)), dialect: MySQLDialect(server: Self.server))
  }

  private func header(_ type: BinlogEventType, next: UInt32, size: Int = 50, time: UInt32 = 1_700_000_000, flags: UInt16 = 0) -> BinlogHeader {
    BinlogHeader(timestamp: time, type: type, serverID: 1, size: size, nextOffset: next, flags: flags, isInPayload: false)
  }

  private func query(_ text: String) throws -> BinlogEvent {
    let body: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + Array(text.utf8)
    return .query(try body.withUnsafeBytes { try BinlogQuery($0, fixedLength: 13) })
  }

  private func mariaGTID(_ number: UInt64, flags: UInt8 = 0) throws -> BinlogEvent {
    var body = withUnsafeBytes(of: number.littleEndian) { Array($0) } + [0, 0, 0, 0, flags]
    if flags & 192 != 0 { body += [1, 0, 0, 0, 1, 0, 0x61] }
    return .mariaGTID(try body.withUnsafeBytes { try MariaDBGTID($0, serverID: 1) })
  }

  private func format(created: UInt32) throws -> BinlogEvent {
    var body: [UInt8] = [4, 0] + Array("10.11.19-MariaDB".utf8) + [UInt8](repeating: 0, count: 34)
    body += withUnsafeBytes(of: created.littleEndian) { Array($0) } + [19] + [UInt8](repeating: 0, count: 171) + [0, 0, 0, 0, 0]
    return .formatDescription(try body.withUnsafeBytes { try BinlogFormat($0) })
  }

  @Test func `a transaction moves the position when it is complete and not before`() throws {
    var tracker = tracker("0-1-4")
    #expect(tracker.note(header(.mariaGTID, next: 150), try mariaGTID(5)).isNone && tracker.isOpen)
    tracker.noteContent(header(.tableMap, next: 200))
    tracker.noteContent(header(.writeRows1, next: 300))
    #expect(tracker.position.offset == 100 && tracker.start.offset == 100 && tracker.position.gtids?.description == "0-1-4")
    if case .committed = tracker.note(header(.xid, next: 350), .xid(1)) {} else { Issue.record("not committed") }
    #expect(tracker.position.offset == 350 && tracker.position.gtids?.description == "0-1-5" && !tracker.isOpen)
    #expect(tracker.ended.identifier?.description == "0-1-5" && tracker.time == 1_700_000_000_000_000)
  }

  @Test func `a transaction that is rolled back is told so`() throws {
    var tracker = tracker("0-1-4")
    _ = tracker.note(header(.mariaGTID, next: 150), try mariaGTID(5))
    if case .statement(.transaction(.rollbackTo("s")), _) = tracker.note(header(.query, next: 200), try query("ROLLBACK TO `s`")) {
    } else {
      Issue.record("the savepoint was not told")
    }
    if case .rolledBack = tracker.note(header(.query, next: 250), try query("ROLLBACK")) {} else { Issue.record("not rolled back") }
    #expect(tracker.position.offset == 250 && tracker.position.gtids?.description == "0-1-5")
  }

  @Test func `a transaction that a file ends within never was`() throws {
    for isRestart in [true, false] {
      var tracker = tracker("0-1-4")
      _ = tracker.note(header(.mariaGTID, next: 150), try mariaGTID(5))
      tracker.noteContent(header(.writeRows1, next: 300))
      let step =
        isRestart
        ? tracker.note(header(.formatDescription, next: 256), try format(created: 1_700_000_001))
        : tracker.note(header(.rotate, next: 0, flags: 0x20), .rotate(file: "binlog.000002", offset: 4))
      if case .brokenOff = step {} else { Issue.record("not broken off: \(step)") }
      #expect(!tracker.isOpen && tracker.position.gtids?.description == "0-1-4")
    }
    // A connection that begins in the middle of a file gets the file's first event, too.
    var tracker = tracker("0-1-4")
    _ = tracker.note(header(.mariaGTID, next: 150), try mariaGTID(5))
    #expect(tracker.note(header(.formatDescription, next: 0), try format(created: 1_700_000_001)).isNone && tracker.isOpen)
    // One that is followed by another without an end never was, either.
    if case .brokenOff = tracker.note(header(.mariaGTID, next: 400), try mariaGTID(6)) {} else { Issue.record("not broken off") }
    #expect(tracker.isOpen && tracker.identifier?.description == "0-1-6" && tracker.position.gtids?.description == "0-1-4")
  }

  @Test func `offsets beyond 4 GiB are counted on`() throws {
    var tracker = tracker("0-1-4", offset: 0xffff_ff00)
    _ = tracker.note(header(.mariaGTID, next: 0xffff_ff80), try mariaGTID(5))
    tracker.noteContent(header(.writeRows1, next: 0x1000))
    _ = tracker.note(header(.xid, next: 0x1100), .xid(1))
    #expect(tracker.position.offset == 0x1_0000_1100)
    _ = tracker.note(header(.rotate, next: 0x1200), .rotate(file: "binlog.000002", offset: 4))
    #expect(tracker.position.file == "binlog.000002" && tracker.position.offset == 4)
  }

  @Test func `a heartbeat moves the position only between transactions and only forward`() throws {
    var tracker = tracker("0-1-4")
    _ = tracker.note(header(.heartbeat, next: 500), .heartbeat(file: "binlog.000001", offset: 500))
    #expect(tracker.position.offset == 500)
    _ = tracker.note(header(.heartbeat, next: 400), .heartbeat(file: "binlog.000001", offset: 400))
    #expect(tracker.position.offset == 500)
    _ = tracker.note(header(.mariaGTID, next: 600), try mariaGTID(5))
    _ = tracker.note(header(.heartbeat, next: 900), .heartbeat(file: "binlog.000001", offset: 900))
    #expect(tracker.position.offset == 500)
  }

  @Test func `what is before a place is told by identifiers, else by file and offset`() throws {
    var tracker = tracker("0-1-4")
    _ = tracker.note(header(.mariaGTID, next: 150), try mariaGTID(5))
    func place(_ text: String) throws -> MySQLPosition { try MySQLPosition(Position("mysql:" + text)) }
    #expect(try tracker.isBefore(place("file=binlog.000001;pos=4;gtid=0-1-5")))
    #expect(try !tracker.isBefore(place("file=binlog.000009;pos=4;gtid=0-1-4")))
    #expect(try tracker.isBefore(place("file=binlog.000001;pos=101")))
    #expect(try !tracker.isBefore(place("file=binlog.000001;pos=100")))
    #expect(try tracker.isWithin(place("file=binlog.000001;pos=100;open=0-1-5;rows=a.b*1")))
    #expect(try !tracker.isWithin(place("file=binlog.000001;pos=100;open=0-1-6;rows=a.b*1")))
  }

  @Test func `an XA transaction of MariaDB is skipped until it is prepared`() throws {
    var tracker = tracker("0-1-4")
    _ = tracker.note(header(.mariaGTID, next: 150), try mariaGTID(5, flags: 64))
    #expect(tracker.isXA && tracker.isOpen)
    let xa: [UInt8] = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x61]
    let event = BinlogEvent.xaPrepare(try xa.withUnsafeBytes { try BinlogXA($0) })
    guard case .xaPrepared(let xid) = tracker.note(header(.xaPrepare, next: 300), event) else {
      Issue.record("not prepared")
      return
    }
    #expect(xid == MySQLXID(global: [0x61], branch: [], format: 1) && tracker.ended.start.offset == 100 && !tracker.isXA)
    _ = tracker.note(header(.mariaGTID, next: 350), try mariaGTID(6, flags: 128))
    guard case .xaCommit(let committed) = tracker.note(header(.query, next: 400), try query("XA COMMIT X'61',X'',1")) else {
      Issue.record("not committed")
      return
    }
    #expect(committed == xid && tracker.position.gtids?.description == "0-1-5")
    tracker.complete()
    #expect(tracker.position.gtids?.description == "0-1-6" && tracker.position.offset == 400)
  }
}

extension LogTracker.Step {
  fileprivate var isNone: Bool { if case .none = self { true } else { false } }
}
