import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// A registered source with a server behind it and a table of its own to read.
struct SourceCase: Sendable, CustomStringConvertible {
  let description: String
  /// A source and the pattern of a table with a key and more than a page of rows.
  let make: @Sendable () throws -> (source: any Source, table: String, owner: AnyObject)

  static let all: [SourceCase] = DatabaseServer.Product.allCases.map { product in
    SourceCase(description: "mysql plug-in on \(product)") {
      let database = try TestDatabase.withNumbers(product)
      try database.execute(
        """
        CREATE TABLE orders (id BIGINT PRIMARY KEY, pad CHAR(200), n INT NOT NULL);
        INSERT INTO orders SELECT n * 3, REPEAT('x', 200), n FROM numbers;
        ANALYZE TABLE orders;
        """)
      return (try database.source(["pageBytes": .integer(1 << 16)]), "\(database.name).orders", database)
    }
  }
}

/// What every source promises, whatever it reads from.
@Suite(.serialized) struct SourceContract {
  private func table(_ source: any Source, _ pattern: String) throws -> TableDefinition {
    try #require(try source.discover(TableSelection(include: [pattern])).first)
  }

  @Test(arguments: SourceCase.all)
  func `preflight reports what it finds and never throws`(_ sourceCase: SourceCase) throws {
    let (source, pattern, owner) = try sourceCase.make()
    defer { withExtendedLifetime(owner) {} }
    #expect(!source.preflight(TableSelection(include: [pattern])).contains { $0.level == .failure })
    let findings = source.preflight(TableSelection(include: ["no_such.table"]))
    #expect(findings.contains { $0.level == .failure && $0.kind == .sourceTableMissing && $0.fix != nil })
  }

  @Test(arguments: SourceCase.all)
  func `discovery is repeatable, and a name or selection without a table is an error`(_ sourceCase: SourceCase) throws {
    let (source, pattern, owner) = try sourceCase.make()
    defer { withExtendedLifetime(owner) {} }
    let first = try table(source, pattern)
    #expect(first.columns == (try table(source, pattern)).columns)
    #expect(!first.columns.isEmpty && !first.primaryKey.isEmpty)
    for missing in [["no_such.table"], ["no_such.*"], [pattern, "no_such.table"]] {
      #expect(failure { _ = try source.discover(TableSelection(include: missing)) }?.kind == .sourceTableMissing)
    }
    #expect(failure { _ = try source.discover(TableSelection(include: [pattern], exclude: [pattern])) }?.kind == .sourceTableMissing)
    #expect(failure { _ = try source.discover(TableSelection(include: ["/(/"])) }?.kind == .specInvalid)
  }

  @Test(arguments: SourceCase.all)
  func `a snapshot is its ranges: pauses, new readers and splits lose and double nothing`(_ sourceCase: SourceCase) throws {
    let (source, pattern, owner) = try sourceCase.make()
    defer { withExtendedLifetime(owner) {} }
    let table = try table(source, pattern)
    for seed in 10...12 {
      #expect(try RestlessRead(source, table, seed: UInt64(seed)).numbers.sorted() == (0..<6_000).map { $0 })
    }
  }

  @Test(arguments: SourceCase.all)
  func `a cursor counts its rows and ends with nothing left to speak of`(_ sourceCase: SourceCase) throws {
    let (source, pattern, owner) = try sourceCase.make()
    defer { withExtendedLifetime(owner) {} }
    let table = try table(source, pattern)
    var last: SnapshotRange?
    var rows = 0
    let isDone = try source.makeSnapshotReader(table).read(
      SnapshotRange(id: 7, lower: nil, upper: nil, rowsLeft: table.estimatedRows), dirty: { _ in }
    ) { batch, range in
      rows += batch.rowCount
      #expect(range.id == 7 && range.rowsRead == rows && range.lower != nil)
      #expect(batch.table == table.id && batch.rows.columns.map(\.type) == table.columns.map(\.type))
      last = range
      return .more
    }
    #expect(isDone && rows == 6_000 && (last?.rowsLeft ?? .max) <= 1)
  }
}
