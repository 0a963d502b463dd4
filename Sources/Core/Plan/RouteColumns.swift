/// What a route does to rows: other types, columns of its own, another key. The last node of a table's chain.
struct RouteColumns: Transform {
  let route: Route

  var namedColumns: [String] { route.key + route.columnTypes.keys.sorted() }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    guard route.changesRows else { return nil }
    let types = Types(route)
    var columns = try table.columns.map { try retyped($0, types) }
    let newTypes = zip(table.columns, columns).map { $0.type == $1.type ? nil : $1.type }
    var added = route.addsShardColumns ? [(column: Route.shardDatabase, value: MetadataColumn.database), (Route.shardTable, .table)] : []
    added += route.metadata
    columns += added.map { $0.value.definition(name: $0.column) }
    var key = table.primaryKey
    if !route.key.isEmpty { key = try route.key.map { try keyColumn($0, among: columns) } }
    if route.addsShardColumns, !key.isEmpty {
      let shard = [Route.shardDatabase, Route.shardTable]
      key = shard + key.filter { !shard.contains($0) }
    }
    let output = TableDefinition(
      id: table.id, columns: columns, primaryKey: key, comment: table.comment, estimatedRows: table.estimatedRows,
      estimatedBytes: table.estimatedBytes, attributes: table.attributes)
    return Bound(output: output, types: newTypes, added: added.map(\.value))
  }

  private func keyColumn(_ name: String, among columns: [ColumnDefinition]) throws -> String {
    let place = SluiceError.Place(column: name, path: "\(route.path).key")
    guard let column = columns.first(where: { $0.name == name }) ?? columns.first(where: { $0.name.lowercased() == name.lowercased() }) else {
      let nearest = NearestName.of(name, in: columns.map(\.name)).map { "; did you mean \(JSONText.quoted($0))?" } ?? ""
      throw SluiceError(.specInvalid, "the key names a column that the table does not have\(nearest)", at: place)
    }
    if column.isNullable {
      throw SluiceError(
        .specInvalid, "a column that may be NULL cannot be in the key", at: place,
        remedy: "Choose another column, or give it a value with a `default` node.")
    }
    return column.name
  }

  /// The types that the route gives, by names as they are compared.
  private struct Types {
    private let byColumn: [String: DataType]
    private let bySource: [String: DataType]

    init(_ route: Route) {
      byColumn = Dictionary(route.columnTypes.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
      bySource = Dictionary(route.sourceTypes.map { (Route.typeName($0.key), $0.value) }) { first, _ in first }
    }

    func type(of column: ColumnDefinition) -> DataType? {
      byColumn[column.name.lowercased()] ?? Route.typeNames(of: column).lazy.compactMap { bySource[$0] }.first
    }
  }

  private func retyped(_ column: ColumnDefinition, _ types: Types) throws -> ColumnDefinition {
    guard let wanted = types.type(of: column), wanted != column.type else { return column }
    guard column.type.canWiden(to: wanted) else {
      throw SluiceError(
        .specInvalid, "\(column.nativeType) cannot become \(wanted) without a loss", at: .init(column: column.name, path: route.path),
        remedy: "Choose a wider type, or let a `cast` node say what becomes of values that do not fit.")
    }
    return ColumnDefinition(
      name: column.name, type: wanted, nativeType: column.nativeType, isNullable: column.isNullable, defaultValue: column.defaultValue,
      comment: column.comment, note: column.note, attributes: column.attributes)
  }

  private struct Bound: BoundTransform {
    let output: TableDefinition
    /// The new type of each input column; `nil` where it stays.
    let types: [DataType?]
    let added: [MetadataColumn]

    func apply(_ batch: ChangeBatch, failures: inout [RowFailure]) throws -> ChangeBatch {
      var columns = zip(batch.rows.columns, types).map { column, type in type.map { column.widen(to: $0) } ?? column }
      columns += added.map { batch.column(of: $0) }
      return batch.replacingRows(Batch(columns: columns, rowCount: batch.rowCount))
    }
  }
}
