internal import SluiceCore

/// A CREATE TABLE.
struct TableCreation: Hashable, Sendable {
  let table: TableID
  var ifNotExists = false
  /// A table of that name goes first.
  var replaces = false
  /// The table whose definition it takes.
  var like: TableID?
  /// Columns and rows come from a query, beside those that are told.
  var isFromQuery = false
  var columns: [ColumnClause] = []
  var indexes: [IndexClause] = []
  var options = TableOptions()
  var isVersioned = false
}

/// What a statement says of a table as a whole, as far as a copy needs it.
struct TableOptions: Hashable, Sendable {
  var charset = MySQLCharsetChoice()
  var comment: String?
}

/// A character set and a collation as a statement gives them: both, one or none.
struct MySQLCharsetChoice: Hashable, Sendable {
  /// `default` stands for the database's.
  var charset: String?
  var collation: String?

  var isEmpty: Bool { charset == nil && collation == nil }
}
