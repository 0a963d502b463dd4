import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

@Suite(.serialized) struct LogPreflightTests {
  private func findings(_ database: TestDatabase, _ options: [String: OptionValue] = [:], follows: Bool = true) throws -> [Finding] {
    try database.source(options).preflight(TableSelection(include: ["\(database.name).*"]), follows: follows)
      .filter { $0.subject == "binary log" || $0.subject == "privileges" }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a server that can be followed has nothing to mend`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    let found = try findings(database)
    #expect(found.allSatisfy { $0.level == .ok }, "\(found)")
    #expect(found.contains { $0.message.contains("REPLICATION SLAVE") })
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `settings that keep a log from being followed fail a job that follows, and warn one that copies`(_ product: DatabaseServer.Product) throws {
    var options = ["--binlog-row-image=MINIMAL", "--binlog-format=MIXED", "--binlog-ignore-db=hidden", "--binlog-expire-logs-seconds=60"]
    if product == .mysql { options += ["--gtid-mode=OFF", "--enforce-gtid-consistency=OFF", "--binlog-row-metadata=MINIMAL"] }
    if product == .mariadb { options += ["--binlog-row-metadata=NO_LOG"] }
    let server = try DatabaseServer(product, options: options)
    let database = try TestDatabase(on: server)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY); CREATE DATABASE hidden; CREATE TABLE hidden.t (k INT PRIMARY KEY)")
    let source = try database.source()
    let selection = TableSelection(include: ["\(database.name).*", "hidden.*"])
    for follows in [true, false] {
      let found = source.preflight(selection, follows: follows).filter { $0.subject == "binary log" }
      for part in ["format is MIXED", "row image is MINIMAL", "database hidden"] {
        let finding = found.first { $0.message.contains(part) }
        #expect(finding?.level == (follows ? .failure : .warning) && finding?.kind == .sourceLogUnusable && finding?.fix != nil, "\(part) \(found)")
      }
      #expect(found.contains { $0.message.contains("row metadata") && $0.level == .warning } == follows)
      if product == .mysql { #expect(found.contains { $0.message.contains("gtid_mode") && $0.level == .warning } == follows) }
      #expect(!follows || found.contains { $0.message.contains("kept for 0 hours") }, "\(found)")
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a missing right or a missing log is told with what helps`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let monitor = product == .mariadb ? "BINLOG MONITOR" : "REPLICATION CLIENT"
    try database.execute(
      """
      CREATE TABLE t (k INT PRIMARY KEY); CREATE USER '\(database.name)'@'%' IDENTIFIED BY 'secret';
      GRANT SELECT ON \(database.name).* TO '\(database.name)'@'%';
      """)
    let account: [String: OptionValue] = ["user": .string(database.name), "password": .secret(Secret("secret"))]
    var found = try findings(database, account)
    #expect(found.contains { $0.level == .failure && $0.kind == .sourcePrivilege && $0.fix?.contains("GRANT") == true }, "\(found)")
    #expect(try !findings(database, account, follows: false).contains { $0.level == .failure })
    try database.execute("GRANT \(monitor) ON *.* TO '\(database.name)'@'%'")
    found = try findings(database, account)
    #expect(found.contains { $0.level == .failure && $0.fix?.contains("GRANT REPLICATION SLAVE") == true }, "\(found)")

    let silent = try TestDatabase(on: DatabaseServer(product, options: ["--skip-log-bin"]))
    try silent.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    #expect(try findings(silent).contains { $0.level == .failure && $0.message.contains("switched off") })
    #expect(try findings(silent, follows: false).contains { $0.level == .warning && $0.message.contains("switched off") })
    let source = try #require(try silent.source() as? MySQLSource)
    #expect(try source.currentPosition() == nil)
    for start in [StreamStart.earliest, .latest, .timestamp(0), .place("binlog.000001:4")] {
      #expect(failure { _ = try source.position(of: start) }?.kind == .sourceLogUnusable, "\(start)")
    }
  }
}
