internal import SluiceCore

/// The lines of `sluice check` for a server and the tables of a job.
struct MySQLPreflight {
  let options: MySQLOptions
  /// Whether the job follows the log after the copy.
  let follows: Bool

  func run(_ selection: TableSelection) -> [Finding] {
    let connection: MySQLConnection
    do {
      connection = try MySQLSession.open(options)
    } catch {
      return [failure("connection", error)]
    }
    let encryption = connection.cipher.map { "encrypted (\($0))" } ?? "not encrypted"
    var findings = [Finding(.ok, "connection", "\(connection.server.product) at \(options.address), \(encryption)")]
    let discovery = MySQLDiscovery(catalog: MySQLCatalog(connection: connection))
    var tables: [MySQLTable] = []
    do {
      tables = try discovery.discover(selection)
      findings += look(at: tables, connection)
    } catch {
      findings.append(failure("tables", error))
    }
    return findings + LogPreflight(connection, tables: tables.map(\.definition), follows: follows).run()
  }

  private func look(at tables: [MySQLTable], _ connection: MySQLConnection) -> [Finding] {
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

  private func failure(_ subject: String, _ error: any Error) -> Finding { Finding(subject, error) }
}

extension Finding {
  /// A failure, or where the job can do without, a warning.
  init(_ subject: String, _ error: any Error, level: Level = .failure) {
    guard let error = error as? SluiceError else {
      self.init(level, subject, "\(error)", kind: .defect)
      return
    }
    self.init(level, subject, error.description, fix: error.remedy ?? ErrorPolicy.of(error.kind).advice, kind: error.kind)
  }
}
