internal import SluiceCore
internal import SluiceFormats

/// The data files of one Iceberg table under one schema. Confined to one thread.
final class IcebergTableFiles: TableFiles {
  let table: TableID
  let layout: IcebergLayout
  let files: IcebergFiles
  let slots: IcebergSlots
  let partitioning: IcebergPartitioning
  let targetFileSize: Int
  let keyCheck: KeyCheck
  /// What names mean in files without field ids; `nil` when the table does not say it.
  let mapping: NameMapping?
  /// Of the table's folder.
  let root: String
  private var names: FileNames

  /// Without a `writer` for reading only.
  init(
    table: TableID, metadata: TableMetadata, schema: IcebergSchema, files: IcebergFiles, writer: WriterIdentity? = nil,
    options: TableWriterOptions = TableWriterOptions(label: "", targetFileSize: 0)
  ) throws {
    self.table = table
    self.files = files
    layout = try IcebergLayout(schema, metadata)
    slots = IcebergSlots(metadata, schema)
    partitioning = try IcebergPartitioning(metadata.defaultSpec(), schema)
    targetFileSize = max(options.targetFileSize, 1)
    keyCheck = KeyCheck(keys: layout.keys)
    mapping = try NameMapping(metadata.properties)
    var root = try files.path(of: metadata.location)
    while root.count > 1 && root.hasSuffix("/") { root.removeLast() }
    self.root = root
    names = FileNames(writer: writer?.id ?? "", label: options.label)
  }

  var store: any ObjectStore { files.store }
  var keys: [Int] { layout.keys }
  var keyTypes: [DataType] { layout.keyTypes }
  var schema: IcebergSchema { layout.schema }

  /// Rows that move keep their ids: two columns after the table's own.
  var mergedColumns: [Int] { Array(0..<(schema.fields.count + (layout.hasLineage ? 2 : 0))) }

  func makeFile(_ role: FileRole, slot: Slot) throws -> IcebergFileWriter {
    switch role {
    case .run(isStream: true): try makeFile(slot, layout.waitingFields, isWaiting: true)
    case .merged: try makeFile(slot, layout.movedFields, isWaiting: false)
    case .history, .run, .appended, .changes: try makeFile(slot, layout.fields, isWaiting: false)
    }
  }

  private func makeFile(_ slot: Slot, _ fields: [ParquetField], isWaiting: Bool) throws -> IcebergFileWriter {
    let partition = try IcebergSlots.decode(slot.partition)
    let folder = partitioning.isEmpty ? "data" : "data/\(partitioning.folder(of: partition))"
    let path = "\(root)/\(folder)/\(names.next(mark: keys.isEmpty ? "" : IcebergSlots.mark(slot.bucket)))"
    var data = DataFile(content: .data, path: files.uri(of: path), partition: partition, recordCount: 0, fileSize: 0)
    data.sortOrderID = slots.keyOrderID
    let template = IcebergFile(data: data, slot: slot, isSorted: slots.keyOrderID != nil, specID: partitioning.spec.id)
    return try IcebergFileWriter(layout, fields: fields, isWaiting: isWaiting, path: path, template: template, store: store)
  }

  /// Writes a whole file of keys that are deleted in all files of the slot that are older than the commit.
  ///
  /// It lies in no partition's folder: DuckDB 1.5 takes `name=value` in a path for a column of the file, and then finds the keys in other places.
  func writeEqualityDeletes(_ keys: Batch, slot: Slot) throws -> IcebergFile {
    let partition = try IcebergSlots.decode(slot.partition)
    let path = "\(root)/data/\(names.next(mark: "deletes"))"
    let columns = self.keys.map { schema.fields[$0] }
    let fields = zip(columns, keyTypes).map { ParquetField(name: $0.name, type: $1, isNullable: false, id: Int32(truncatingIfNeeded: $0.id)) }
    let writer = try ParquetFileWriter(fields: fields, options: layout.options, to: try store.upload(to: path))
    do {
      try writer.write(keys)
      let facts = try writer.finish()
      var data = DataFile(
        content: .equalityDeletes, path: files.uri(of: path), partition: partition, recordCount: facts.rowCount, fileSize: facts.byteCount)
      data.equalityIDs = schema.identifierFieldIDs
      data.setMetrics(facts, fields: columns)
      return IcebergFile(data: data, slot: slot, isSorted: true, specID: partitioning.spec.id)
    } catch {
      writer.abandon()
      throw error
    }
  }

  func path(of file: IcebergFile) throws -> String { try files.path(of: file.data.path) }

  func keyBounds(of file: IcebergFile, _ codec: KeyCodec) throws -> (minimum: [UInt8], maximum: [UInt8]) {
    guard let first = keys.first else { return ([], []) }
    let field = schema.fields[first]
    func prefix(_ bound: [UInt8]?) throws -> [UInt8] {
      guard let bound, let column = SingleValue.column(bound, as: field.type) else { return [] }
      return try codec.prefix(column)
    }
    return (try prefix(file.data.lowerBounds[field.id]), try prefix(file.data.upperBounds[field.id]))
  }

  func isSorted(_ file: IcebergFile) -> Bool { file.isSorted }

  func prepared(_ file: IcebergFile, range: Int?) throws -> PreparedFile {
    // Rows of the stream that come as plain files wait, where the table has a key.
    let isWaiting = range == nil && !keys.isEmpty
    return try PreparedIcebergChange(slot: file.slot, base: nil, added: isWaiting ? [] : [file], waiting: isWaiting ? [file] : []).prepared(
      range: range)
  }

  func open(_ file: IcebergFile, columns: [Int], withSystemColumns: Bool, batchRows: Int, dead: RoaringBitmap?) throws -> DataFileStream {
    let path = try path(of: file)
    do {
      guard file.data.format.uppercased() == DataFile.parquet else {
        throw SluiceError(.targetDamaged, "a data file is no Parquet file; other formats are not supported")
      }
      let reader = try ParquetFileReader(try store.open(path))
      let places = Places(reader.fields, mapping)
      var wanted: [DataFileStream.Wanted] = []
      if withSystemColumns {
        // Rows that are in the table are older than any change that waits.
        wanted.append(.init(type: .int64, place: places.named(IcebergLayout.sequenceName), constant: Self.zero(.int64)))
        wanted.append(.init(type: .int8, place: places.named(IcebergLayout.kindName), constant: Self.zero(.int8)))
      }
      for column in columns { wanted.append(try self.wanted(column, places, file)) }
      return try DataFileStream(
        reader, wanted, batchRows: batchRows, path: path, deleted: dead.flatMap { $0.isEmpty ? nil : DeletedRows($0, rowCount: file.rowCount) })
    } catch let error as SluiceError where error.place.path == nil {
      throw SluiceError(error.kind, error.message, at: .init(table: error.place.table, column: error.place.column, path: path), cause: error)
    }
  }

  /// Whether the columns of a file have field ids.
  func hasIDs(_ file: IcebergFile) throws -> Bool {
    try ParquetFileReader(try store.open(path(of: file))).fields.contains { $0.id != nil }
  }

  private func wanted(_ column: Int, _ places: Places, _ file: IcebergFile) throws -> DataFileStream.Wanted {
    guard column < schema.fields.count else {
      let isRowID = column == schema.fields.count
      let place = places.of(isRowID ? IcebergLayout.rowID : IcebergLayout.lastUpdated, nil)
      if isRowID { return .init(type: .int64, place: place, countedFrom: file.data.firstRowID) }
      // Of rows that no rewrite has moved it is the file's own.
      return .init(type: .int64, place: place, constant: Self.number(file.sequenceNumber ?? 0), fill: Self.number(file.sequenceNumber ?? 0))
    }
    let field = schema.fields[column]
    let type = layout.types[column]
    if let place = places.of(field.id, field.name) { return .init(type: type, place: place) }
    return .init(type: type, place: nil, constant: try field.initialValue())
  }

  private static func zero(_ type: DataType) -> Column {
    var builder = ColumnBuilder(type: type, capacity: 1)
    if type == .int8 { builder.append(Int8(0)) } else { builder.append(Int64(0)) }
    return builder.finish()
  }

  private static func number(_ value: Int64) -> Column {
    var builder = ColumnBuilder(type: .int64, capacity: 1)
    builder.append(value)
    return builder.finish()
  }

  /// Where a file has which column.
  private struct Places {
    private let byID: [Int: Int]
    private let byName: [String: Int]
    private let hasIDs: Bool

    init(_ fields: [ParquetField], _ mapping: NameMapping?) {
      hasIDs = mapping != nil || fields.contains { $0.id != nil }
      let isMapped = fields.allSatisfy { $0.id == nil }
      let ids = fields.map { field in isMapped ? mapping?.id(of: field.name) : field.id.map { Int($0) } }
      byID = Dictionary(ids.enumerated().compactMap { place, id in id.map { ($0, place) } }) { first, _ in first }
      byName = Dictionary(fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// By today's name only in files without ids of a table that does not say what names mean.
    func of(_ id: Int, _ name: String?) -> Int? {
      hasIDs ? byID[id] : name.flatMap { byName[$0] }
    }

    func named(_ name: String) -> Int? { byName[name] }
  }
}
