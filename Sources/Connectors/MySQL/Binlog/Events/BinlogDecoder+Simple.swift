internal import SluiceCore

extension BinlogDecoder {
  /// Events that need nothing of others.
  func simpleEvent(_ header: BinlogHeader, _ body: UnsafeRawBufferPointer) throws -> BinlogEvent {
    switch header.type {
    case .query, .executeLoadQuery:
      let usual = header.type == .query ? 13 : 26
      return .query(try BinlogQuery(body, fixedLength: format?.fixedLength(header.type, usual: usual) ?? usual))
    case .compressedQuery: return .query(try compressedQuery(body))
    case .xid:
      var cursor = BinlogCursor(body, "a commit")
      return .xid(try cursor.uint64())
    case .gtid: return .gtid(try MySQLGTID(body, isAnonymous: false))
    case .anonymousGTID: return .gtid(try MySQLGTID(body, isAnonymous: true))
    case .taggedGTID: return .gtid(try MySQLGTID(tagged: body))
    case .previousGTIDs: return .previousGTIDs(try PreviousGTIDs.text(body))
    case .mariaGTID: return .mariaGTID(try MariaDBGTID(body, serverID: header.serverID))
    case .mariaGTIDList: return .mariaGTIDList(try MariaDBGTID.list(body))
    case .xaPrepare: return .xaPrepare(try BinlogXA(body))
    // The first byte counts up to 255 bytes, which a statement can exceed: it goes to the event's end.
    case .rowsQuery: return .rowsQuery(String(decoding: body.dropFirst(), as: UTF8.self))
    case .annotateRows: return .rowsQuery(String(decoding: body, as: UTF8.self))
    case .heartbeat: return .heartbeat(file: String(decoding: body, as: UTF8.self), offset: header.nextOffset > 0 ? UInt64(header.nextOffset) : nil)
    case .heartbeat2: return try heartbeat(body)
    case .stop: return .stop
    case .intvar, .rand, .userVar: return .statementContext
    case .ignorable, .transactionContext, .viewChange, .binlogCheckpoint, .beginLoadQuery: return .skipped
    case .incident:
      var cursor = BinlogCursor(body, "an incident")
      let number = try cursor.uint16()
      throw SluiceError(
        .sourceLogUnusable, "the server reports that events may be missing from its log (incident \(number))",
        remedy: "Find out from the server's error log what happened, then copy the tables anew.")
    case .startEncryption:
      throw SluiceError(
        .sourceLogUnusable, "the binary log is encrypted", remedy: "Read it from the server, which decrypts what it sends, and not from a file.")
    default:
      if header.isIgnorable { return .skipped }
      throw SluiceError(
        .sourceLogUnusable, "the log holds an event of a kind that is not known (\(header.type.code))",
        remedy: "The server is newer than this program, or its log of another make: use a version that knows it.")
    }
  }

  private func compressedQuery(_ body: UnsafeRawBufferPointer) throws -> BinlogQuery {
    let fixedLength = format?.fixedLength(.compressedQuery, usual: 13) ?? 13
    var cursor = BinlogCursor(body, "a compressed statement")
    try cursor.skip(8)
    let databaseLength = Int(try cursor.uint8())
    try cursor.skip(2)
    let variableLength = Int(try cursor.uint16())
    let head = fixedLength + variableLength + databaseLength + 1
    return try BinlogQuery(try InflatedBody.inflate(body, after: head, into: scratch), fixedLength: fixedLength)
  }

  private func heartbeat(_ body: UnsafeRawBufferPointer) throws -> BinlogEvent {
    var cursor = BinlogCursor(body, "a heartbeat")
    var file = ""
    var offset: UInt64?
    while !cursor.isAtEnd {
      let kind = try cursor.packed()
      if kind == 0 { break }
      let length = try cursor.packedCount()
      var field = BinlogCursor(try cursor.bytes(length), "a heartbeat")
      if kind == 1 { file = try field.text(field.remaining) }
      if kind == 2 { offset = try field.packed() }
    }
    return .heartbeat(file: file, offset: offset)
  }
}
