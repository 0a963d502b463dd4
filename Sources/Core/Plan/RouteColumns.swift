/// What a route does to rows: other types, columns of its own, another key. The last node of a table's chain.
struct RouteColumns: Transform {
  let route: Route

  var namedColumns: [String] { route.key + route.columnTypes.keys.sorted() }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    guard route.changesRows else { return nil }
    var columns = try table.columns.map { try retyped($0) }
    let newTypes = zip(table.columns, columns).map { $0.type == $1.type ? nil : $1.type }
    var key = route.key.isEmpty ? table.primaryKey : route.key
    var added: [MetadataColumn] = []
    if route.addsShardColumns {
      columns += [MetadataColumn.database.definition(name: Route.shardDatabase), MetadataColumn.table.definition(name: Route.shardTable)]
      added += [.database, .table]
      if !key.isEmpty { key = [Route.shardDatabase, Route.shardTable] + key.filter { $0 != Route.shardDatabase && $0 != Route.shardTable } }
    }
    columns += route.metadata.map { $0.value.definition(name: $0.column) }
    added += route.metadata.map(\.value)
    for name in key where !columns.contains(where: { $0.name == name }) {
      let nearest = NearestName.of(name, in: columns.map(\.name)).map { "; did you mean \(JSONText.quoted($0))?" } ?? ""
      throw SluiceError(
        .specInvalid, "the key names a column that the table does not have\(nearest)", at: .init(column: name, path: "\(route.path).key"))
    }
    for name in route.key where columns.contains(where: { $0.name == name && $0.isNullable }) {
      throw SluiceError(
        .specInvalid, "a column that may be NULL cannot be in the key", at: .init(column: name, path: "\(route.path).key"),
        remedy: "Choose another column, or give it a value with a `default` node.")
    }
    let output = TableDefinition(
      id: table.id, columns: columns, primaryKey: key, comment: table.comment, estimatedRows: table.estimatedRows,
      estimatedBytes: table.estimatedBytes, attributes: table.attributes)
    return Bound(output: output, types: newTypes, added: added)
  }

  private func retyped(_ column: ColumnDefinition) throws -> ColumnDefinition {
    let native = column.nativeType.lowercased()
    let bare = String(native.prefix { $0 != "(" && $0 != " " })
    guard let wanted = route.columnTypes[column.name] ?? route.sourceTypes[native] ?? route.sourceTypes[bare], wanted != column.type else {
      return column
    }
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
