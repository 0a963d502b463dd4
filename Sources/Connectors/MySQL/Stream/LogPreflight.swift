internal import SluiceCore

/// The lines of `sluice check` for a server's log. What keeps it from being followed is a failure for a job that does so, else a warning.
struct LogPreflight {
  private let connection: MySQLConnection
  private let tables: [TableDefinition]
  private let follows: Bool

  init(_ connection: MySQLConnection, tables: [TableDefinition], follows: Bool) {
    self.connection = connection
    self.tables = tables
    self.follows = follows
  }

  private static let subject = "binary log"
  private var level: Finding.Level { follows ? .failure : .warning }
  private var server: MySQLServer { connection.server }
  private var user: String { connection.options.user }

  func run() -> [Finding] {
    let log = LogServer(connection)
    let head: MySQLPosition
    do {
      guard let found = try log.head() else {
        let message = follows ? "switched off" : "switched off: tables can be copied, changes not followed"
        return [unusable(message, fix: "Start the server with --log-bin and --binlog-format=ROW.")]
      }
      head = found
    } catch {
      return [Finding(Self.subject, error, level: level)]
    }
    var findings = [Finding(.ok, Self.subject, "at \(head.position)")]
    let settings = Settings(connection)
    findings += content(settings)
    findings += identity(settings, log)
    findings += filters()
    findings.append(retention(settings))
    if follows { findings.append(reading(head, log)) }
    return findings
  }

  private func unusable(_ message: String, fix: String) -> Finding {
    Finding(level, Self.subject, message, fix: fix, kind: .sourceLogUnusable)
  }

  /// What the log holds of a change.
  private func content(_ settings: Settings) -> [Finding] {
    var findings: [Finding] = []
    if let format = settings["binlog_format"], format != "ROW" {
      findings.append(
        unusable(
          "its format is \(format): changes cannot be followed",
          fix: "SET GLOBAL binlog_format = 'ROW'; then let the application's connections be made anew."))
    }
    if let image = settings["binlog_row_image"], image != "FULL" {
      findings.append(
        unusable(
          "its row image is \(image): changed rows are incomplete",
          fix: "SET GLOBAL binlog_row_image = 'FULL'; then let the application's connections be made anew."))
    }
    if follows, let metadata = settings["binlog_row_metadata"], metadata != "FULL" {
      findings.append(
        Finding(
          .warning, Self.subject, "its row metadata is \(metadata): columns are told apart by their position alone",
          fix: "SET GLOBAL binlog_row_metadata = 'FULL';"))
    }
    return findings
  }

  /// Who wrote what, and whether another server could take over.
  private func identity(_ settings: Settings, _ log: LogServer) -> [Finding] {
    var findings: [Finding] = []
    if settings["server_id"] == "0" {
      findings.append(unusable("the server has the number 0, and lets no one follow", fix: "SET GLOBAL server_id = 1;"))
    }
    if follows, !server.isMariaDB, let mode = settings["gtid_mode"], mode != "ON" {
      findings.append(
        Finding(
          .warning, Self.subject, "GTIDs are not switched on (gtid_mode is \(mode)): no other server of the replication could take over",
          fix: "Switch gtid_mode to ON, step by step, with enforce_gtid_consistency = ON."))
    }
    if let passesOn = settings["log_replica_updates"] ?? settings["log_slave_updates"], passesOn == "OFF", isReplica(log) {
      findings.append(
        unusable("the server is a replica, and does not log what it replicates", fix: "Start the server with --log-slave-updates."))
    }
    return findings
  }

  private func isReplica(_ log: LogServer) -> Bool {
    if server.isMariaDB { return (try? log.value("@@global.gtid_slave_pos")).flatMap { $0 }?.isEmpty == false }
    let statement = server.isAtLeast(8, 1) ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS"
    return (try? connection.query(statement))?.isEmpty == false
  }

  /// Databases that the server leaves out of its log.
  private func filters() -> [Finding] {
    guard let row = try? connection.query(LogServer.headStatement(server)).first, row.count > 3 else { return [] }
    func names(_ text: String?) -> Set<Substring> { Set((text ?? "").split(separator: ",")) }
    let taken = names(row[2])
    let ignored = names(row[3])
    return Set(tables.map(\.id.database)).sorted().compactMap { database in
      guard ignored.contains(database[...]) || !taken.isEmpty && !taken.contains(database[...]) else { return nil }
      return unusable(
        "changes in the database \(database) are not logged (binlog_do_db, binlog_ignore_db)",
        fix: "Start the server without these settings, or with --binlog-do-db=\(database).")
    }
  }

  /// Whether the log is still there when the copy is done.
  private func retention(_ settings: Settings) -> Finding {
    guard let seconds = settings.retention, seconds > 0 else { return Finding(.ok, Self.subject, "kept until purged by hand") }
    let kept = "kept for \(seconds / 3_600) hours"
    let rows = tables.reduce(0) { $0 + $1.estimatedRows }
    let needed = rows / Self.rowsPerSecond
    guard follows, needed * 2 > seconds else { return Finding(.ok, Self.subject, kept) }
    return Finding(
      .warning, Self.subject,
      "\(kept), and copying about \(rows) rows takes about \(max(1, needed / 3_600)): changes may be gone before they are read",
      fix: server.isMariaDB && !server.isAtLeast(10, 6) ? "SET GLOBAL expire_logs_days = 7;" : "SET GLOBAL binlog_expire_logs_seconds = 604800;")
  }

  /// A careful guess of how fast tables are copied.
  private static let rowsPerSecond = 300_000

  /// Whether the server sends its log to this account.
  private func reading(_ head: MySQLPosition, _ log: LogServer) -> Finding {
    do {
      let reader = try LogReader(connection.options, start: try log.start(at: head), waits: false)
      defer { reader.close() }
      _ = try log.files()
      _ = try reader.next { _, _ in }
      let rights = server.isMariaDB ? "REPLICATION SLAVE and BINLOG MONITOR" : "REPLICATION SLAVE and REPLICATION CLIENT"
      return Finding(.ok, "privileges", "\(rights): the log can be read")
    } catch {
      return Finding("privileges", error)
    }
  }

  /// The server's settings of its log, by name.
  private struct Settings {
    private var values: [String: String] = [:]

    init(_ connection: MySQLConnection) {
      let names = [
        "binlog_format", "binlog_row_image", "binlog_row_metadata", "binlog_expire_logs_seconds", "expire_logs_days", "server_id", "gtid_mode",
        "log_replica_updates", "log_slave_updates",
      ]
      let list = names.map { "'\($0)'" }.joined(separator: ", ")
      for row in (try? connection.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(list))")) ?? [] where row.count > 1 {
        if let name = row[0] { values[name.lowercased()] = row[1] }
      }
    }

    subscript(name: String) -> String? { values[name] }

    /// Seconds for which a file is kept at least; 0 for ever.
    var retention: Int? {
      if let seconds = values["binlog_expire_logs_seconds"].flatMap({ Int($0) }), seconds > 0 { return seconds }
      return values["expire_logs_days"].flatMap { Double($0) }.map { Int($0 * 86_400) }
    }
  }
}
