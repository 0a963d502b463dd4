internal import CZlib
internal import SluiceCore

/// Turns the events of one log, in order, from bytes into what they say. Keeps what later events need of earlier ones: format, table maps.
struct BinlogDecoder {
  /// The file that is read, as far as the log told.
  private(set) var file: String?
  /// What the file's first event said.
  private(set) var format: BinlogFormat?
  /// Maps that the current statement announced.
  private var announced: [BinlogTableMap] = []
  /// Maps seen before, by table number: a map that comes again unchanged is not read again.
  private var known: [UInt64: BinlogTableMap] = [:]
  private let stream = ZstdStream()
  /// The compressed transaction that is read.
  private var payload: PayloadEvents?
  /// Where the event begins that is read, for errors; `nil` for one that is in no file.
  private var offset: Int64?
  let scratch = ByteScratch()

  init(file: String? = nil) {
    self.file = file
  }

  /// Reads one event, header and checksum included, and calls `visit` with what it says: once, or for a compressed transaction once
  /// for the event itself and once for each event in it.
  ///
  /// Rows are valid only until `visit` returns. Damaged bytes are `source-log-damaged`, what a follower cannot use is
  /// `source-log-unusable`; errors tell the place.
  mutating func read(_ bytes: UnsafeRawBufferPointer, visit: (BinlogHeader, BinlogEvent) throws -> Void) throws {
    try begin(bytes, visit: visit)
    while try readPayload(visit: visit) {}
  }

  /// What `read` does, but for the events of a compressed transaction, which `readPayload` reads. The bytes must stay where they are until it
  /// says that there are no more.
  mutating func begin(_ bytes: UnsafeRawBufferPointer, visit: (BinlogHeader, BinlogEvent) throws -> Void) throws {
    offset = nil
    try placingErrors { decoder in
      let header = try Self.header(bytes, isInPayload: false)
      if header.nextOffset > 0 { decoder.offset = Int64(header.nextOffset) - Int64(header.size) }
      try decoder.dispatch(header, try decoder.body(header, bytes), visit)
    }
  }

  /// Reads the next event of a compressed transaction; `false` when there is none.
  mutating func readPayload(visit: (BinlogHeader, BinlogEvent) throws -> Void) throws -> Bool {
    guard payload != nil else { return false }
    return try placingErrors { decoder in
      guard let bytes = try decoder.payload?.next() else {
        decoder.payload = nil
        return false
      }
      let inner = try Self.header(bytes, isInPayload: true)
      guard inner.type != .transactionPayload, inner.type != .formatDescription, inner.type != .rotate else {
        throw SluiceError(.sourceLogDamaged, "a compressed transaction holds an event that cannot be in one (\(inner.type))")
      }
      try decoder.dispatch(inner, UnsafeRawBufferPointer(rebasing: bytes[BinlogHeader.size...]), visit)
      return true
    }
  }

  private mutating func placingErrors<Answer>(_ read: (inout BinlogDecoder) throws -> Answer) throws -> Answer {
    do {
      return try read(&self)
    } catch var error as SluiceError {
      payload = nil
      if error.place.position == nil { error.place.position = offset.map { "\(file ?? "binary log"):\($0)" } ?? file }
      throw error
    }
  }

  private static func header(_ bytes: UnsafeRawBufferPointer, isInPayload: Bool) throws -> BinlogHeader {
    var cursor = BinlogCursor(bytes, "an event's header")
    let timestamp = try cursor.uint32()
    let type = BinlogEventType(code: try cursor.uint8())
    let serverID = try cursor.uint32()
    let size = Int(try cursor.uint32())
    let header = BinlogHeader(
      timestamp: timestamp, type: type, serverID: serverID, size: size, nextOffset: try cursor.uint32(), flags: try cursor.uint16(),
      isInPayload: isInPayload)
    guard size == bytes.count else { throw cursor.damaged("the event has \(bytes.count) bytes, and says \(size)") }
    return header
  }

  /// The event without header and checksum, which is checked. That of a format description keeps its checksum.
  private func body(_ header: BinlogHeader, _ bytes: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer {
    let body = UnsafeRawBufferPointer(rebasing: bytes[BinlogHeader.size...])
    if header.type == .formatDescription { return body }
    guard hasChecksum(header, bytes) else { return body }
    guard body.count >= 4 else { throw SluiceError(.sourceLogDamaged, "an event has no room for its checksum") }
    guard Self.storedChecksum(bytes) == Self.checksum(bytes.dropLast(4)) else { throw wrongChecksum(header.type) }
    return UnsafeRawBufferPointer(rebasing: body.dropLast(4))
  }

  /// Before the first format description only the event itself can tell: a checksum that is right is one.
  private func hasChecksum(_ header: BinlogHeader, _ bytes: UnsafeRawBufferPointer) -> Bool {
    if let format { return format.hasChecksums }
    return bytes.count >= BinlogHeader.size + 4 && Self.storedChecksum(bytes) == Self.checksum(bytes.dropLast(4))
  }

  private static func storedChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
  }

  private static func checksum(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt32 {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes)
    return UInt32(truncatingIfNeeded: crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: Bytef.self), bytes.count))
  }

  private func wrongChecksum(_ type: BinlogEventType) -> SluiceError {
    SluiceError(.sourceLogDamaged, "the checksum of an event is wrong (\(type))")
  }

  private mutating func dispatch(_ header: BinlogHeader, _ body: UnsafeRawBufferPointer, _ visit: (BinlogHeader, BinlogEvent) throws -> Void) throws {
    switch header.type {
    case .writeRows1, .writeRows: try rows(header, body, .insert, visit)
    case .updateRows1, .updateRows, .partialUpdateRows: try rows(header, body, .update, visit)
    case .deleteRows1, .deleteRows: try rows(header, body, .delete, visit)
    case .compressedWriteRows1, .compressedWriteRows: try rows(header, body, .insert, isCompressed: true, visit)
    case .compressedUpdateRows1, .compressedUpdateRows: try rows(header, body, .update, isCompressed: true, visit)
    case .compressedDeleteRows1, .compressedDeleteRows: try rows(header, body, .delete, isCompressed: true, visit)
    case .tableMap: try visit(header, .tableMap(try announce(body)))
    case .formatDescription:
      let read = try BinlogFormat(body)
      try checkFormat(header, body, read)
      format = read
      announced.removeAll()
      known.removeAll()
      try visit(header, .formatDescription(read))
    case .rotate:
      var cursor = BinlogCursor(body, "a rotation")
      let offset = try cursor.uint64()
      let name = try cursor.text(cursor.remaining)
      guard !name.isEmpty else { throw cursor.damaged("it names no file") }
      try visit(header, .rotate(file: name, offset: offset))
      file = name
    case .transactionPayload:
      let payload = try TransactionPayload(body)
      try visit(header, .transactionPayload)
      self.payload = try PayloadEvents(payload, stream)
    default: try visit(header, try simpleEvent(header, body))
    }
  }

  /// The server counts the checksum as it was when the file was not closed yet or was: the flag for that is left out.
  private func checkFormat(_ header: BinlogHeader, _ body: UnsafeRawBufferPointer, _ format: BinlogFormat) throws {
    guard format.hasChecksums, let start = body.baseAddress else { return }
    let inUse: UInt16 = 1
    let head = UnsafeRawBufferPointer(start: start - BinlogHeader.size, count: BinlogHeader.size)
    var copy = Array(head)
    copy[17] &= ~UInt8(truncatingIfNeeded: inUse)
    copy += body.dropLast(4)
    let stored = UInt32(littleEndian: body.loadUnaligned(fromByteOffset: body.count - 4, as: UInt32.self))
    guard copy.withUnsafeBytes({ Self.checksum($0[...]) }) == stored else { throw wrongChecksum(header.type) }
  }

  private mutating func announce(_ body: UnsafeRawBufferPointer) throws -> BinlogTableMap {
    let fixedLength = format?.fixedLength(.tableMap, usual: 8) ?? 8
    let number = BinlogTableMap.number(body, fixedLength: fixedLength)
    if let number, let map = known[number], map.isEqual(body) {
      announced.append(map)
      return map
    }
    let map = try BinlogTableMap(body, fixedLength: fixedLength, isMariaDB: format?.isMariaDB ?? false)
    // A server gives a table a new number whenever it opens it anew.
    if known.count >= 4_096 { known.removeAll() }
    known[map.number] = map
    announced.removeAll { $0.number == map.number }
    announced.append(map)
    return map
  }

  private mutating func rows(
    _ header: BinlogHeader, _ body: UnsafeRawBufferPointer, _ change: BinlogRows.Change, isCompressed: Bool = false,
    _ visit: (BinlogHeader, BinlogEvent) throws -> Void
  ) throws {
    let isPartial = header.type == .partialUpdateRows
    let usual = header.type.code >= 30 && header.type.code <= 39 || header.type.code >= 169 ? 10 : 8
    let fixedLength = format?.fixedLength(header.type, usual: usual) ?? usual
    let head = try BinlogRows.Head(body, isVersion2: fixedLength == 10, fixedLength: fixedLength, isUpdate: change == .update)
    defer { if head.isStatementEnd { announced.removeAll(keepingCapacity: true) } }
    if head.isPlaceholder { return try visit(header, .skipped) }
    guard let map = announced.last(where: { $0.number == head.tableNumber }) else {
      throw SluiceError(.sourceLogDamaged, "rows come without the map of their table (number \(head.tableNumber))")
    }
    let whole = isCompressed ? try InflatedBody.inflate(body, after: head.length, into: scratch) : body
    let images = UnsafeRawBufferPointer(rebasing: whole[head.length...])
    try visit(header, .rows(try BinlogRows(head, map: map, change: change, isPartial: isPartial, images: images)))
    if isCompressed { scratch.shrink(to: 4 << 20) }
  }
}
