/// A unique index as `information_schema` describes it.
struct MySQLIndex: Hashable, Sendable {
  let name: String
  /// Empty where a part is an expression.
  var columns: [String] = []
  /// A part covers only the beginning of its column.
  var hasPrefix = false
  /// All parts ascend, so that the index yields rows in the order of its columns.
  var isAscending = true
  var isTree = true

  var isPrimary: Bool { name == "PRIMARY" }

  /// Whether pages in key order are cheap: an index that holds whole values, in order.
  var isReadableInOrder: Bool { isTree && isAscending && !hasPrefix }

  /// The primary key; else the unique index that the server itself uses as one; else the narrowest one without nullable columns.
  static func identifying(among indexes: [MySQLIndex], columns: [MySQLCatalogColumn]) -> MySQLIndex? {
    if let primary = indexes.first(where: \.isPrimary) { return primary }
    let required = Set(columns.filter { !$0.isNullable }.map(\.name))
    let promoted = Set(columns.filter(\.isPrimary).map(\.name))
    return
      indexes
      .filter { !$0.columns.isEmpty && !$0.hasPrefix && required.isSuperset(of: $0.columns) }
      .min { left, right in
        let isLeftPromoted = Set(left.columns) == promoted
        if isLeftPromoted != (Set(right.columns) == promoted) { return isLeftPromoted }
        return (left.columns.count, left.name) < (right.columns.count, right.name)
      }
  }
}
