import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// The corpus on real servers: a table that followed the statement is what the catalog says afterwards.
@Suite(.serialized) struct ReplayTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `a table that was read from its CREATE is what the catalog tells`(_ product: DatabaseServer.Product) throws {
    let catalog = try DDLServer(product)
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
      #expect(TableComparison.differences(table, told) == [], "\(statement.sql)")
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a table that follows an ALTER is what the catalog tells, and the changes lead there`(_ product: DatabaseServer.Product) throws {
    let catalog = try DDLServer(product)
    let cases = DDLCase.alterations.filter { $0.isFor(product) }
    let names = catalog.names(cases)
    for name in names { try catalog.prepare(DDLServer.base.replacing("{t}", with: name)) }
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
      #expect(TableComparison.differences(table, told) == [], "\(statement.sql)")
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
