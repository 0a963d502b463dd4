/// An index as a statement defines it.
struct IndexClause: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case primary, unique, plain
    /// Full text, spatial, vector: never an order.
    case special
    case foreign
  }

  struct Part: Hashable, Sendable {
    /// `nil` for an expression.
    let column: String?
    var prefix: Int?
    var isAscending = true
  }

  var kind: Kind
  var name: String?
  var ifNotExists = false
  var parts: [Part] = []
  var isHash = false
  /// INVISIBLE or IGNORED.
  var isHidden = false
}
