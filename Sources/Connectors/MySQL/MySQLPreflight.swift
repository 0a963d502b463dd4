internal import SluiceCore

/// The lines of `sluice check` for a server and the tables of a job.
struct MySQLPreflight {
  let options: MySQLOptions

  func run(_ selection: TableSelection) -> [Finding] {
    let connection: MySQLConnection
    do {
      connection = try MySQLSession.open(options)
    } catch {
      return [failure("connection", error)]
    }
    let encryption = connection.cipher.map { "encrypted (\($0))" } ?? "not encrypted"
    var findings = [Finding(.ok, "connection", "\(connection.server.product) at \(options.address), \(encryption)")]
    findings += tables(connection, selection)
    findings += binaryLog(connection)
    return findings
  }

  private func tables(_ connection: MySQLConnection, _ selection: TableSelection) -> [Finding] {
    let discovery = MySQLDiscovery(catalog: MySQLCatalog(connection: connection))
    let tables: [MySQLTable]
    do {
      tables = try discovery.discover(selection)
    } catch {
      return [failure("tables", error)]
    }
    var findings = [Finding(.ok, "tables", "\(tables.count) selected, about \(tables.reduce(0) { $0 + $1.definition.estimatedRows }) rows")]
    var unreadable: [Finding] = []
    for table in tables {
      do {
        try connection.execute(MySQLPageQuery(table, key: nil).shape, table: table.definition.id)
      } catch {
        unreadable.append(failure("privileges", error))
      }
    }
    findings += unreadable.isEmpty ? [Finding(.ok, "privileges", "SELECT on every selected table")] : unreadable
    for table in tables where MySQLKey(table) == nil {
      findings.append(
        Finding(
          .warning, "keys", "\(table.definition.id) has no key to read it by: it is read in one go, anew after a break, and appended",
          fix: "ALTER TABLE \(MySQLText.quoted(table.definition.id)) ADD COLUMN id BIGINT AUTO_INCREMENT PRIMARY KEY;"))
    }
    for table in tables {
      for column in table.definition.columns {
        guard let note = column.note else { continue }
        findings.append(Finding(.ok, "types", "\(table.definition.id).\(column.name) \(column.nativeType): \(note)"))
      }
    }
    return findings
  }

  /// A snapshot goes without the log, so that nothing here is a failure.
  private func binaryLog(_ connection: MySQLConnection) -> [Finding] {
    let position: MySQLPosition?
    do {
      position = try LogServer(connection).head()
    } catch {
      let found = failure("binary log", error)
      return [Finding(.warning, "binary log", "its position cannot be read: \(found.message)", fix: found.fix, kind: found.kind)]
    }
    guard let position else {
      return [
        Finding(
          .warning, "binary log", "switched off: tables can be copied, changes not followed",
          fix: "Start the server with --log-bin and --binlog-format=ROW.")
      ]
    }
    var findings = [Finding(.ok, "binary log", "at \(position.position)")]
    let settings = variables(connection)
    if let format = settings["binlog_format"], format != "ROW" {
      findings.append(
        Finding(.warning, "binary log", "its format is \(format): changes cannot be followed", fix: "SET GLOBAL binlog_format = 'ROW';"))
    }
    if let image = settings["binlog_row_image"], image != "FULL" {
      findings.append(
        Finding(.warning, "binary log", "its row image is \(image): changed rows are incomplete", fix: "SET GLOBAL binlog_row_image = 'FULL';"))
    }
    let seconds = settings["binlog_expire_logs_seconds"].flatMap { Int($0) } ?? 0
    let retention = seconds == 0 ? "kept until purged by hand" : "kept for \(seconds / 3_600) hours"
    findings.append(Finding(.ok, "binary log", retention))
    return findings
  }

  private func variables(_ connection: MySQLConnection) -> [String: String] {
    let names = "('binlog_format', 'binlog_row_image', 'binlog_expire_logs_seconds')"
    let rows = (try? connection.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN \(names)")) ?? []
    return rows.reduce(into: [:]) { settings, row in
      if let name = row[0] { settings[name.lowercased()] = row[1] }
    }
  }

  private func failure(_ subject: String, _ error: any Error) -> Finding {
    guard let error = error as? SluiceError else { return Finding(.failure, subject, "\(error)", kind: .defect) }
    return Finding(.failure, subject, error.description, fix: error.remedy ?? ErrorPolicy.of(error.kind).advice, kind: error.kind)
  }
}
