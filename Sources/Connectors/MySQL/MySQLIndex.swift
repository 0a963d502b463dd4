/// An index as `information_schema` describes it.
struct MySQLIndex: Hashable, Sendable {
  var name: String
  var columns: [String] = []
  /// Of an index that is not, nothing but name and columns is kept.
  var isUnique = true
  /// A part is an expression; it is not among `columns`.
  var hasExpression = false
  /// Characters or bytes of the columns that are covered only so far.
  var prefixes: [String: Int] = [:]
  /// Columns by which it goes down.
  var descending: Set<String> = []
  var isTree = true
  /// Whether the optimizer uses it: not INVISIBLE (MySQL) or IGNORED (MariaDB).
  var isVisible = true

  init(name: String, columns: [String] = []) {
    self.name = name
    self.columns = columns
  }

  /// All parts ascend, so that the index yields rows in the order of its columns.
  var isAscending: Bool { descending.isEmpty }

  /// A part covers only the beginning of its column.
  var hasPrefix: Bool { !prefixes.isEmpty }

  var isPrimary: Bool { name == "PRIMARY" }

  /// Whether pages in key order are cheap: an index that holds whole values, in order.
  var isReadableInOrder: Bool { isTree && isAscending && !hasPrefix }

  /// Whether it tells rows apart by whole values, as long as none of its columns is null.
  var isDistinguishing: Bool { isUnique && isVisible && !hasExpression && !hasPrefix && !columns.isEmpty }

  /// The primary key; else the unique index that the server itself uses as one; else the narrowest one without nullable columns.
  static func identifying(among indexes: [MySQLIndex], columns: [MySQLCatalogColumn]) -> MySQLIndex? {
    if let primary = indexes.first(where: \.isPrimary) { return primary }
    let required = Set(columns.filter { !$0.isNullable }.map(\.name))
    let promoted = Set(columns.filter(\.isPrimary).map(\.name))
    return
      indexes
      .filter { $0.isDistinguishing && required.isSuperset(of: $0.columns) }
      .min { left, right in
        let isLeftPromoted = Set(left.columns) == promoted
        if isLeftPromoted != (Set(right.columns) == promoted) { return isLeftPromoted }
        return (left.columns.count, left.name) < (right.columns.count, right.name)
      }
  }

  /// In the order in which a table keeps them here: the primary key, then by name.
  static func sorted(_ indexes: [MySQLIndex]) -> [MySQLIndex] {
    indexes.sorted { ($0.isPrimary ? 0 : 1, $0.name) < ($1.isPrimary ? 0 : 1, $1.name) }
  }
}
