internal import SluiceCore

extension LogServer {
  /// How a connection begins to read at `position`. Throws `source-log-gone` when the log no longer has the place, `source-log-foreign` when
  /// this server's log is not the one that was read.
  ///
  /// GTIDs are preferred: any server of the replication can go on from them.
  func start(at position: MySQLPosition) throws -> LogStart {
    guard let gtids = position.gtids, gtids.isEmpty || gtids.isMariaDB == connection.server.isMariaDB else {
      if position.gtids != nil { throw foreign("the log was read at a server of another product", position) }
      return try startInFile(position)
    }
    switch gtids {
    case .mysql(let set) where try !connection.server.isMariaDB && hasGTIDs():
      try check(set, position)
      return .gtids(gtids)
    case .mariadb(let last) where !last.isEmpty:
      try check(last, position)
      return .gtids(gtids)
    default:
      return try startInFile(position)
    }
  }

  private func startInFile(_ position: MySQLPosition) throws -> LogStart {
    if let noted = position.server, let identity = try identity(), noted != identity {
      throw foreign("the server is \(identity), and the log was read at \(noted)", position)
    }
    let files = try files()
    guard let file = files.first(where: { $0.name == position.file }) else {
      let wanted = LogFileName(position.file)
      let isAhead = files.last.map { LogFileName($0.name) }.map { $0.base == wanted.base && $0.number < wanted.number } ?? true
      if isAhead { throw foreign("the server has no log file \(position.file), and its newest is \(files.last?.name ?? "none")", position) }
      throw gone("the log file \(position.file) is gone; the oldest is \(files.first?.name ?? "none")", position)
    }
    guard position.offset <= file.size else {
      throw foreign("the log file \(file.name) has \(file.size) bytes, and was read up to \(position.offset)", position)
    }
    return .file(file.name, offset: max(position.offset, 4))
  }

  private func check(_ set: MySQLGTIDSet, _ position: MySQLPosition) throws {
    let lost = try purged().subtracting(set)
    guard lost.isEmpty else { throw gone("the log no longer has the transactions \(lost)", position) }
    let unknown = set.subtracting(try executed())
    guard unknown.isEmpty else {
      // The log is sent a moment before the transaction counts as executed.
      let answer = try value("WAIT_FOR_EXECUTED_GTID_SET(\(MySQLText.literal(unknown.description)), 2)")
      if answer != "0" { throw foreign("the server never had the transactions \(unknown), which were read", position) }
      return
    }
  }

  private func check(_ read: MariaDBGTIDs, _ position: MySQLPosition) throws {
    let last = try lastOfMariaDB()
    let applied = MariaDBGTIDs(try value("@@global.gtid_slave_pos") ?? "") ?? MariaDBGTIDs()
    for (domain, place) in read.last {
      let newest = max(last.last[domain]?.sequence ?? 0, applied.last[domain]?.sequence ?? 0)
      if newest < place.sequence {
        let gtid = "\(domain)-\(place.server)-\(place.sequence)"
        throw foreign("the server never had the transaction \(gtid), which was read; its newest in that domain is \(newest)", position)
      }
    }
  }

  private func gone(_ message: String, _ position: MySQLPosition) -> SluiceError {
    SluiceError(
      .sourceLogGone, message, at: .init(position: position.position.text),
      remedy: "Copy the tables anew, and let the server keep its log for longer (binlog_expire_logs_seconds).")
  }

  private func foreign(_ message: String, _ position: MySQLPosition) -> SluiceError {
    SluiceError(
      .sourceLogForeign, message, at: .init(position: position.position.text),
      remedy: "Point the job at the server that it followed, or at another of its replication with GTIDs; else copy the tables anew.")
  }
}
