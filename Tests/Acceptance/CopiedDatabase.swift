import SluiceCore
import TestKit
import Testing

/// A database whose tables were copied by one run.
struct CopiedDatabase {
  let database: TestDatabase
  let job: CopyJob

  /// Fills a fresh database with `statements` and runs a job over all of it, which must end well and leave no dirty row.
  init(
    on product: DatabaseServer.Product, _ statements: String, spec: SpecValue = [:], into format: LakeFormatName = .paimon,
    location: SourceLocation = #_sourceLocation
  ) throws {
    database = try TestDatabase(on: product, prefix: "types")
    try database.execute("SET time_zone = '+00:00';\n" + statements)
    job = try CopyJob(from: database, format.sink.merging(spec))
    try run(location: location)
  }

  /// A run that must end well and leave no dirty row.
  func run(location: SourceLocation = #_sourceLocation) throws {
    let outcome = try job.run(["--until", "aligned"])
    try #require(outcome.exitCode == 0, "\(outcome)", sourceLocation: location)
    #expect(try job.dirtyRows() == [], sourceLocation: location)
  }

  /// Both of the format's foreign readers find in the lake what the server renders, value by value.
  func expectEqual(_ table: String, rows: Int, keys: [String] = ["id"], location: SourceLocation = #_sourceLocation) throws {
    let comparison = try job.lake.table(database, table).compare(with: table, in: database, keys: keys)
    #expect(comparison.isEqual, "\(table): \(comparison)", sourceLocation: location)
    #expect(comparison.rows == rows, "\(table)", sourceLocation: location)
  }

  /// The tables as they are copied, and then as their rows are inserted, updated and deleted by the log: the same value is the same in
  /// the lake whichever way it came. MariaDB's tables go into every format; answers with the first.
  @discardableResult
  static func expectEqual(
    _ tables: [TypeTable], on product: DatabaseServer.Product, spec: SpecValue = [:], into formats: [LakeFormatName]? = nil,
    location: SourceLocation = #_sourceLocation
  ) throws -> CopiedDatabase {
    let formats = formats ?? (product == .mariadb ? LakeFormatName.allCases : [.paimon])
    let copies = try formats.map { try expectEqual(tables, on: product, spec: spec, into: $0, location: location) }
    return try #require(copies.first)
  }

  private static func expectEqual(
    _ tables: [TypeTable], on product: DatabaseServer.Product, spec: SpecValue, into format: LakeFormatName, location: SourceLocation
  ) throws -> CopiedDatabase {
    let following: SpecValue = ["source": ["startup": "initial"]]
    let statements = tables.map { $0.statements + $0.emptyTwin }.joined()
    let copied = try CopiedDatabase(on: product, statements, spec: following.merging(spec), into: format, location: location)
    for table in tables { try copied.expectEqual(table.name, rows: table.rowCount, location: location) }

    try copied.database.execute("SET time_zone = '+00:00', sql_mode = '';\n" + tables.map(\.changes).joined())
    try copied.run(location: location)
    for table in tables {
      try copied.expectEqual(table.name, rows: table.rowCount - table.rowCount / 3, location: location)
      try copied.expectEqual(table.twin, rows: table.rowCount, location: location)
    }
    return copied
  }
}

extension CopiedDatabase {
  /// The lake's type of each column, without its nullability.
  func lakeTypes(of table: String) throws -> [String: String] {
    let fields = try job.lake.table(database, table).schema()["fields"]?.items ?? []
    return Dictionary(
      fields.compactMap { field in
        guard let name = field["name"]?.text, let type = field["type"]?.text else { return nil }
        return (name, type.replacing(" NOT NULL", with: ""))
      }
    ) { $1 }
  }
}
