internal import SluiceCore

/// What a statement of the log is to a copy of the tables.
enum MySQLStatement: Hashable, Sendable {
  case transaction(TransactionStep)
  /// Changes neither rows nor a table's columns, keys or name.
  case ignorable
  /// Writes rows, which the log then does not tell one by one. The tables are those that the statement names as written to; empty when it
  /// does not say (`SELECT f()`).
  case rows([TableID])
  /// Changes of tables, in order.
  case tables([TableStatement])
  case database(DatabaseStatement)
  /// Cannot be read. The tables are those that it may concern; empty when it names none.
  case notUnderstood([TableID])
}

enum TransactionStep: Hashable, Sendable {
  case begin, commit, rollback
  case savepoint(String)
  case rollbackTo(String)
  case releaseSavepoint(String)
  case xaStart(MySQLXID), xaEnd(MySQLXID), xaPrepare(MySQLXID), xaRollback(MySQLXID)
  case xaCommit(MySQLXID, onePhase: Bool)
}

/// A change of one table.
enum TableStatement: Hashable, Sendable {
  case create(TableCreation)
  case drop(TableID, ifExists: Bool)
  case truncate(TableID)
  case rename(TableID, to: TableID, ifExists: Bool)
  case alter(TableID, [AlterAction], ifExists: Bool)

  /// The table by its name before the statement.
  var table: TableID {
    switch self {
    case .create(let creation): creation.table
    case .drop(let table, _), .truncate(let table), .rename(let table, _, _), .alter(let table, _, _): table
    }
  }
}

/// A change of a database, which concerns its tables or those made in it later.
enum DatabaseStatement: Hashable, Sendable {
  case create(String, MySQLCharsetChoice, ifNotExists: Bool, replaces: Bool)
  case alter(String, MySQLCharsetChoice)
  /// All its tables go.
  case drop(String, ifExists: Bool)
}
