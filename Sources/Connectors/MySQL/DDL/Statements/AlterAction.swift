internal import SluiceCore

/// One action of an ALTER TABLE, as far as it concerns a copy.
enum AlterAction: Hashable, Sendable {
  case add(ColumnClause, ColumnPlace?, ifNotExists: Bool)
  case drop(String, ifExists: Bool)
  /// MODIFY (both names equal) and CHANGE.
  case change(String, ColumnClause, ColumnPlace?, ifExists: Bool)
  case renameColumn(String, to: String, ifExists: Bool)
  /// `nil` drops the default.
  case setDefault(String, DefaultClause?, ifExists: Bool)
  case setInvisible(String, Bool)
  case addIndex(IndexClause)
  case dropIndex(String, ifExists: Bool)
  case dropPrimaryKey
  /// A constraint of any kind: a unique index when there is one of that name.
  case dropConstraint(String, ifExists: Bool)
  case renameIndex(String, to: String)
  case hideIndex(String, Bool)
  case rename(TableID)
  case convert(MySQLCharsetChoice)
  case options(TableOptions)
  /// Rows come or go that the log does not tell.
  case replaceRows(String)
  case setVersioning(Bool)
}
