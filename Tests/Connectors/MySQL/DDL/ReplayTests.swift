import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// The corpus on real servers: a table that followed the statement is what the catalog says afterwards.
@Suite(.serialized) struct ReplayTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `a table that was read from its CREATE is what the catalog tells`(_ product: DatabaseServer.Product) throws {
    let catalog = try Catalog(product)
    let cases = DDLCase.creations.filter { $0.isFor(product) }
    try catalog.run(cases)
    for (name, statement) in zip(catalog.names(cases), cases) {
      let context = catalog.context(statement)
      guard case .tables(let read) = MySQLStatement.read(statement.sql.replacing("{t}", with: name), context),
        case .create(let creation)? = read.first
      else {
        Issue.record("not understood: \(statement.sql)")
        continue
      }
      let table = try MySQLTable.created(by: creation, charset: catalog.charset, dialect: context.dialect, options: catalog.options)
      let told = try #require(try catalog.table(name), "\(statement.sql)")
      guard let table else {
        Issue.record("the statement was not enough: \(statement.sql)")
        continue
      }
      #expect(differences(table, told) == [], "\(statement.sql)")
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a table that follows an ALTER is what the catalog tells, and the changes lead there`(_ product: DatabaseServer.Product) throws {
    let catalog = try Catalog(product)
    let cases = DDLCase.alterations.filter { $0.isFor(product) }
    let names = catalog.names(cases)
    for name in names { try catalog.prepare(Catalog.base.replacing("{t}", with: name)) }
    try catalog.flush()
    let before = try names.map { try #require(try catalog.table($0)) }
    try catalog.run(cases)
    for ((name, statement), old) in zip(zip(names, cases), before) {
      let context = catalog.context(statement)
      guard case .tables(let read) = MySQLStatement.read(statement.sql.replacing("{t}", with: name), context) else {
        Issue.record("not understood: \(statement.sql)")
        continue
      }
      if statement.tags.contains("catalog") {
        // What the statement does not say is left to the catalog.
        #expect(failure { _ = try old.applying(read[0], dialect: context.dialect) }?.kind == .sourceSchemaChanged, "\(statement.sql)")
        continue
      }
      var table = old
      var changes: [SchemaChange] = []
      for step in read {
        let (next, more) = try table.applying(step, dialect: context.dialect)
        table = try #require(next)
        changes += more
      }
      let told = try #require(try catalog.table(name), "\(statement.sql)")
      #expect(differences(table, told) == [], "\(statement.sql)")
      // The changes alone make the new columns and key of the old ones.
      let model = try ChangedColumns(old.definition).applying(changes)
      #expect(model.columns.map(\.name) == table.definition.columns.map(\.name), "\(statement.sql)")
      #expect(model.columns.map(\.type) == table.definition.columns.map(\.type), "\(statement.sql)")
      #expect(model.columns.map(\.isNullable) == table.definition.columns.map(\.isNullable), "\(statement.sql)")
      #expect(model.primaryKey == table.definition.primaryKey, "\(statement.sql)")
      // What the catalog has seen already changes nothing when it is replayed, but for what swaps names and what moves.
      if !statement.sql.contains("CHANGE") && !statement.sql.contains("RENAME") && !statement.sql.contains("DROP") {
        let (again, repeated) = try told.applying(read[0], dialect: context.dialect)
        #expect(again?.definition.columns.map(\.name) == told.definition.columns.map(\.name), "\(statement.sql)")
        #expect(repeated.filter { if case .addColumn = $0 { true } else { false } }.isEmpty, "\(statement.sql)")
      }
      #expect(try MySQLTable(restoring: told.definition, options: catalog.options) == told, "\(statement.sql)")
    }
  }

  /// What two tables differ in, where the catalog tells it whole.
  private func differences(_ table: MySQLTable, _ told: MySQLTable) -> [String] {
    var found: [String] = []
    func compare(_ what: String, _ left: some Equatable, _ right: some Equatable) {
      if "\(left)" != "\(right)" { found.append("\(what): \(left), catalog: \(right)") }
    }
    compare("columns", table.columns.map(\.name), told.columns.map(\.name))
    for (column, told) in zip(table.columns, told.columns) {
      compare("type of \(column.name)", column.columnType, told.columnType)
      compare("nulls in \(column.name)", column.isNullable, told.isNullable)
      compare("charset of \(column.name)", column.charset ?? "-", told.charset ?? "-")
      compare("collation of \(column.name)", column.collation ?? "-", told.collation ?? "-")
      compare("comment of \(column.name)", column.comment, told.comment)
      compare("invisible \(column.name)", column.isInvisible, told.isInvisible)
      compare("primary \(column.name)", column.isPrimary, told.isPrimary)
      compare("JSON in \(column.name)", column.isCheckedJSON, told.isCheckedJSON)
      compare("generated \(column.name)", column.generated.map { "\($0)" } ?? "-", told.generated.map { "\($0)" } ?? "-")
      compare("counter \(column.name)", column.isAutoIncrement, told.isAutoIncrement)
      // Constants that the catalog shows damaged are computed there.
      let isHidden = told.hasComputedDefault && column.defaultValue != nil
      if !isHidden {
        compare("default of \(column.name)", column.defaultValue ?? "-", told.defaultValue ?? "-")
        compare("computed default of \(column.name)", column.hasComputedDefault, told.hasComputedDefault)
      }
    }
    compare("key", table.definition.primaryKey, told.definition.primaryKey)
    compare("indexes", table.indexes.map { "\($0)" }.joined(separator: "\n"), told.indexes.map { "\($0)" }.joined(separator: "\n"))
    compare("comment", table.definition.comment, told.definition.comment)
    compare("charset", table.charset?.collation ?? "-", told.charset?.collation ?? "-")
    compare("versioning", table.isVersioned, told.isVersioned)
    return found
  }
}

/// A database of one server, with what the corpus needs.
private final class Catalog {
  let product: DatabaseServer.Product
  let database: TestDatabase
  let options: MySQLOptions
  let charset: MySQLCharset
  private let reader: MySQLCatalog
  private var pending: [String] = []
  private var known: [String: MySQLTable] = [:]

  static let base = """
    CREATE TABLE {t} (id INT NOT NULL, a INT, b VARCHAR(20) DEFAULT 'x', c TEXT, d DECIMAL(8,2) NOT NULL DEFAULT 0, e ENUM('p','q'), f DATETIME, \
    g VARCHAR(10) CHARACTER SET latin1 NOT NULL COMMENT 'gee', h INT NOT NULL DEFAULT 3, \
    PRIMARY KEY (id), UNIQUE KEY ug (g), KEY ka (a), UNIQUE KEY uah (a, h)) COMMENT 'base'
    """

  init(_ product: DatabaseServer.Product) throws {
    self.product = product
    database = try TestDatabase(on: product, prefix: "ddl")
    let source = try #require(try database.source() as? MySQLSource)
    options = source.options
    reader = MySQLCatalog(connection: try MySQLSession.open(options))
    let rows = try database.query("SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '\(database.name)'")
    charset = MySQLCharset(collation: try #require(rows.first?.first ?? nil))
  }

  func names(_ cases: [DDLCase]) -> [String] { cases.indices.map { "t\($0)" } }

  func context(_ statement: DDLCase) -> MySQLStatementContext {
    var context = statement.context(product)
    context.database = database.name
    context.dialect.explicitTimestampDefaults = !statement.tags.contains("implicit")
    return context
  }

  func prepare(_ sql: String) throws { pending.append(sql + ";") }

  func flush() throws {
    try database.execute(pending.joined(separator: "\n"))
    pending = []
    known = [:]
  }

  /// Runs each statement on the table of its number, under the settings that it is for.
  func run(_ cases: [DDLCase]) throws {
    for (name, statement) in zip(names(cases), cases) {
      var modes = statement.tags.contains("loose") ? [] : ["STRICT_TRANS_TABLES"]
      let tagged = ["ansi": "ANSI_QUOTES", "nobackslash": "NO_BACKSLASH_ESCAPES", "realfloat": "REAL_AS_FLOAT", "oracle": "ORACLE"]
      modes += statement.tags.compactMap { tagged[$0] }
      try prepare(
        "SET SESSION sql_mode = '\(modes.joined(separator: ","))', explicit_defaults_for_timestamp = \(statement.tags.contains("implicit") ? 0 : 1)")
      try prepare(statement.sql.replacing("{t}", with: name))
    }
    try flush()
  }

  func table(_ name: String) throws -> MySQLTable? {
    if known.isEmpty {
      let names = try database.query("SHOW TABLES").compactMap { $0.first ?? nil }
      let tables = try reader.tables(names.map { TableID(database: database.name, name: $0) })
      for table in tables { known[table.definition.id.name] = table }
    }
    return known[name]
  }
}

/// Applies changes to the columns of a definition, as a copy does.
private struct ChangedColumns {
  var columns: [ColumnDefinition]
  var primaryKey: [String]

  init(_ table: TableDefinition) {
    (columns, primaryKey) = (table.columns, table.primaryKey)
  }

  func applying(_ changes: [SchemaChange]) throws -> ChangedColumns {
    var copy = self
    for change in changes { try copy.apply(change) }
    return copy
  }

  private func place(_ name: String) throws -> Int {
    try #require(columns.firstIndex { $0.name == name }, "no column \(name)")
  }

  private mutating func insert(_ column: ColumnDefinition, _ place: ColumnPlace) throws {
    #expect(!columns.contains { $0.name == column.name })
    switch place {
    case .first: columns.insert(column, at: 0)
    case .last: columns.append(column)
    case .after(let name): columns.insert(column, at: try self.place(name) + 1)
    }
  }

  private mutating func apply(_ change: SchemaChange) throws {
    switch change {
    case .addColumn(_, let column, let place): try insert(column, place)
    case .dropColumn(_, let name): columns.remove(at: try place(name))
    case .renameColumn(_, let from, let to):
      #expect(!columns.contains { $0.name == to })
      let old = columns[try place(from)]
      columns[try place(from)] = ColumnDefinition(name: to, type: old.type, nativeType: old.nativeType, isNullable: old.isNullable)
      primaryKey = primaryKey.map { $0 == from ? to : $0 }
    case .alterColumn(_, let column): columns[try place(column.name)] = column
    case .moveColumn(_, let name, let place): try insert(columns.remove(at: try self.place(name)), place)
    case .changePrimaryKey(_, let names): primaryKey = names
    case .commentTable, .replaceRows: break
    default: Issue.record("unexpected \(change)")
    }
  }
}
