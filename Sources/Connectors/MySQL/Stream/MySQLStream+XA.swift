internal import SluiceCore

extension MySQLStream {
  /// An XA transaction is committed: its events are read again. `nil` for the one that was just read.
  func startReplay(_ xid: MySQLXID?) throws {
    guard !tables.isEmpty else { return try endReplay() }
    let place: LogStart
    if let xid {
      place = try prepared.removeValue(forKey: xid) ?? search(xid)
    } else {
      place = .file(tracker.start.file, offset: tracker.start.offset)
    }
    replay = try LogReader(options, start: place, waits: false)
  }

  /// It was prepared before this stream began, so that its place is not known.
  private func search(_ xid: MySQLXID) throws -> LogStart {
    let search = LogSearch(options, try catalog.server(), dialect: dialect)
    if let place = try search.preparation(of: xid, before: tracker.start) { return place }
    throw SluiceError(
      .sourceLogGone, "an XA transaction is committed whose changes were logged in files that are gone", at: .init(position: tracker.place),
      remedy: "Copy the tables anew.")
  }

  func handleReplayed(_ event: BinlogEvent) throws {
    switch event {
    case .rows(let rows): try append(rows)
    case .xaPrepare:
      replay?.close()
      replay = nil
      try endReplay()
    default: break
    }
  }

  private func endReplay() throws {
    tracker.complete()
    try endTransaction()
  }
}
