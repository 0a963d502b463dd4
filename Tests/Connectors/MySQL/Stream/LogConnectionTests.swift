import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

extension TestDatabase {
  func mysqlOptions(_ extra: [String: OptionValue] = [:]) throws -> MySQLOptions {
    try #require(try source(extra) as? MySQLSource).options
  }
}

/// The type codes of the events that a connection sends, up to that number of commits, or to the log's end.
private func eventTypes(_ connection: LogConnection, commits: Int) throws -> [UInt8] {
  var types: [UInt8] = []
  var left = commits
  while left > 0, let event = try connection.next() {
    let type = try #require(event.count >= 19 ? event[4] : nil)
    types.append(type)
    if type == 16 { left -= 1 }
  }
  return types
}

@Suite(.serialized) struct LogConnectionTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `the log is sent from a file's place and by GTIDs, with and without waiting`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let options = try database.mysqlOptions()
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    let start = try #require(try LogServer(MySQLSession.open(options)).head())
    try database.execute("INSERT INTO t VALUES (1), (2); UPDATE t SET k = 3 WHERE k = 1")
    let gtids = try #require(start.gtids)
    for place in [LogStart.file(start.file, offset: start.offset), .gtids(gtids)] {
      for waits in [false, true] {
        let types = try eventTypes(LogConnection(options, start: place, waits: waits), commits: waits ? 2 : .max)
        #expect(types.first == 4 && types.contains(15))
        let written: Set<UInt8> = [23, 24, 30, 31]
        #expect(types.filter { written.contains($0) }.count >= 2, "\(types)")
        #expect(types.filter { $0 == 16 }.count >= 2, "\(types)")
      }
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `the log is sent over an encrypted connection`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let tls = OptionValues(["mode": .string("verify-full"), "ca": .string("\(database.server.tlsFolder)/ca.pem")])
    let options = try database.mysqlOptions(["tls": .object(tls)])
    let start = try #require(try LogServer(MySQLSession.open(options)).head())
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, pad LONGTEXT); INSERT INTO t VALUES (1, REPEAT('x', 20000000)), (2, REPEAT('y', 9000))")
    let types = try eventTypes(LogConnection(options, start: .file(start.file, offset: start.offset), waits: true), commits: 1)
    #expect(types.contains(16))
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `an idle server is heard of a few times a second`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let options = try database.mysqlOptions()
    let head = try #require(try LogServer(MySQLSession.open(options)).head())
    let connection = try LogConnection(options, start: .file(head.file, offset: head.offset), waits: true)
    var heartbeats = 0
    while heartbeats < 3, let event = try connection.next() { if event[4] == 27 { heartbeats += 1 } }
    #expect(heartbeats == 3)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a place that the server does not have is told before anything is read`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: DatabaseServer(product))
    let server = LogServer(try MySQLSession.open(try database.mysqlOptions()))
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    let old = try #require(try server.head())
    try database.execute("INSERT INTO t VALUES (1); FLUSH BINARY LOGS; INSERT INTO t VALUES (2); FLUSH BINARY LOGS")
    let newest = try #require(try server.files().last)
    // MariaDB keeps a file until its engine has no more need of it.
    try Deadline.wait(for: "the old files to go", within: .seconds(30)) {
      try database.execute("PURGE BINARY LOGS TO '\(newest.name)'")
      return try server.files().first?.name == newest.name
    }
    let byFile = MySQLPosition(file: old.file, offset: old.offset, server: old.server)
    #expect(failure { _ = try server.start(at: byFile) }?.kind == .sourceLogGone)
    // MariaDB cannot tell beforehand: the connection's first packet does.
    let byGTID = failure {
      let connection = try LogConnection(database.mysqlOptions(), start: try server.start(at: old), waits: true)
      _ = try connection.next()
    }
    #expect(byGTID?.kind == .sourceLogGone, "\(String(describing: byGTID))")

    let head = try #require(try server.head())
    #expect(try server.start(at: head) == .gtids(try #require(head.gtids)))
    var other = MySQLPosition(file: head.file, offset: head.offset, server: head.server)
    #expect(try server.start(at: other) == .file(head.file, offset: head.offset))
    other.offset += 1_000
    #expect(failure { _ = try server.start(at: other) }?.kind == .sourceLogForeign)
    other = MySQLPosition(file: "binlog.999999", offset: 4, server: head.server)
    #expect(failure { _ = try server.start(at: other) }?.kind == .sourceLogForeign)
    other = MySQLPosition(file: head.file, offset: head.offset, server: "somebody else")
    #expect(failure { _ = try server.start(at: other) }?.kind == .sourceLogForeign)
    let unknown = product == .mariadb ? "0-1-999999" : "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3"
    other = MySQLPosition(file: head.file, offset: head.offset, gtids: ReadGTIDs(unknown))
    #expect(failure { _ = try server.start(at: other) }?.kind == (product == .mariadb ? .sourceLogForeign : .sourceLogGone))
    if case .mysql(var set)? = head.gtids {
      set.insert(MySQLGTIDSet.Source(high: 1, low: 2, tag: ""), 7)
      other = MySQLPosition(file: head.file, offset: head.offset, gtids: .mysql(set))
      #expect(failure { _ = try server.start(at: other) }?.kind == .sourceLogForeign)
    }
    other = MySQLPosition(
      file: head.file, offset: head.offset, gtids: ReadGTIDs(product == .mysql ? "0-1-1" : "3e11fa47-71ca-11e1-9e33-c80aa9429562:1"))
    #expect(failure { _ = try server.start(at: other) }?.kind == .sourceLogForeign)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `an account without the right to follow is told the grant that helps`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE USER '\(database.name)'@'%' IDENTIFIED BY 'secret'; GRANT SELECT ON \(database.name).* TO '\(database.name)'@'%'")
    let options = try database.mysqlOptions(["user": .string(database.name), "password": .secret(Secret("secret"))])
    let error = failure { _ = try LogConnection(options, start: .file("binlog.000001", offset: 4), waits: true) }
    #expect(error?.kind == .sourcePrivilege, "\(String(describing: error))")
    #expect(error?.remedy?.contains("GRANT REPLICATION SLAVE") == true, "\(String(describing: error))")
  }
}
