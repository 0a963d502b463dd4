internal import SluiceCore

/// Reads the newest snapshot, whoever wrote it: columns are found by their ids, deleted rows are left out.
final class IcebergReader: TableReader {
  private static let batchRows = 8192

  let columns: [TargetTable.Column]
  private let wanted: [Int]
  private let files: IcebergTableFiles
  private let deletes: IcebergDeletes
  private let equality: EqualityDeletes
  private var pending: ArraySlice<IcebergFile>
  private var open: (() throws -> Batch?)?
  private var remaining: Int

  init(table: TableID, metadata: TableMetadata, schema: IcebergSchema, files: IcebergFiles, columns: [String]?, limit: Int?) throws {
    let wanted = try (columns ?? schema.fields.map(\.name)).map { name in
      guard let index = schema.index(of: name) else {
        throw SluiceError(.specInvalid, "the table has no such column", at: .init(table: table, column: name))
      }
      return index
    }
    self.wanted = wanted
    self.columns = try wanted.map { index in
      let field = schema.fields[index]
      guard let type = IcebergTypes.dataType(of: field.type) else {
        throw SluiceError(.targetDamaged, "the type \(field.type.text) is not supported", at: .init(table: table, column: field.name))
      }
      return TargetTable.Column(name: field.name, type: type, isNullable: !field.isRequired, comment: field.doc ?? "")
    }
    remaining = limit ?? .max
    let state = try IcebergState(metadata, files)
    let cache = ManifestCache(files)
    let slots = IcebergSlots(metadata, schema)
    let allDeletes = try state.live(.deletes, cache, slots)
    deletes = IcebergDeletes(allDeletes, files)
    pending = try state.live(.data, cache, slots)[...]
    equality = EqualityDeletes(deletes.equalityDeletes, metadata: metadata)
    // Equality deletes may compare columns that the table does not have any more.
    let whole = IcebergSchema(id: schema.id, fields: schema.fields + equality.droppedFields(schema), identifierFieldIDs: schema.identifierFieldIDs)
    self.files = try IcebergTableFiles(table: table, metadata: metadata, schema: whole, files: files)
  }

  func next() throws -> Batch? {
    while remaining > 0 {
      if let batch = try open?() {
        let kept = batch.rowCount > remaining ? batch.slice(from: 0, count: remaining) : batch
        remaining -= kept.rowCount
        return kept
      }
      guard let file = pending.popFirst() else { return nil }
      open = try start(file)
    }
    return nil
  }

  private func start(_ file: IcebergFile) throws -> () throws -> Batch? {
    let filters = try equality.filters(of: file, files)
    // Columns that are compared come after those that are wanted.
    let compared = filters.flatMap(\.columns).filter { !wanted.contains($0) }
    let columns = wanted + Set(compared).sorted()
    let stream = try files.open(
      file, columns: columns, withSystemColumns: false, batchRows: Self.batchRows, dead: try deletes.rows(of: file))
    if filters.isEmpty { return { try stream.next() } }
    let places = filters.map { filter in filter.columns.compactMap { column in columns.firstIndex(of: column) } }
    let kept = Array(wanted.indices)
    return {
      while var batch = try stream.next() {
        for (filter, place) in zip(filters, places) { batch = filter.keep(batch, place) }
        if batch.rowCount > 0 { return batch.selecting(kept) }
      }
      return nil
    }
  }
}
