/// A column as a statement defines it.
struct ColumnClause: Hashable, Sendable {
  var name: String
  var type: TypeClause
  /// NULL or NOT NULL where it is said.
  var isNullable: Bool?
  var defaultValue: DefaultClause?
  /// `ON UPDATE CURRENT_TIMESTAMP`.
  var hasUpdateTime = false
  var isAutoIncrement = false
  var isPrimary = false
  var isUnique = false
  var comment = ""
  var generated: GeneratedKind?
  var isInvisible = false
  /// A check that starts with `json_valid(`.
  var checksJSON = false
  var isCompressed = false
}

/// How a generated column comes by its values.
enum GeneratedKind: String, Hashable, Sendable {
  case virtual, stored
}

enum DefaultClause: Hashable, Sendable {
  case null
  case literal(MySQLLiteral)
  /// An expression; only the server knows its value.
  case computed
}

/// A type as a statement spells it.
struct TypeClause: Hashable, Sendable {
  /// Synonyms and all: the words in upper case, one blank between them.
  var name: String
  var length: Int?
  var scale: Int?
  var members: [String] = []
  var isUnsigned = false
  var isZerofill = false
  var charset = MySQLCharsetChoice()
  /// BINARY after a text type: the collation by code points.
  var hasBinaryCollation = false
  /// NCHAR and its like.
  var isNational = false
}
