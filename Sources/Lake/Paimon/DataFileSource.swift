internal import SluiceCore
internal import SluiceFormats

/// Opens data files of one table under the schema that is read, whatever schema they were written with. Confined to one thread.
final class DataFileSource {
  private let schema: TableSchema
  private let files: MetadataFiles
  private let debt: FileDebt
  private var partitions: PartitionPath?
  private var schemas: [Int64: TableSchema] = [:]

  init(schema: TableSchema, files: MetadataFiles) throws {
    self.schema = schema
    self.files = files
    debt = try FileDebt(schema)
  }

  /// Starts reading the fields at `columns` of the schema, after the system columns if asked for; the rows `dead` are left out.
  func open(
    _ entry: ManifestEntry, columns: [Int], withSystemColumns: Bool, batchRows: Int, dead: RoaringBitmap?
  ) throws -> DataFileStream {
    let path = try path(of: entry)
    guard path.hasSuffix(".parquet") else {
      throw SluiceError(.targetDamaged, "a data file is no Parquet file; other formats are not supported", at: .init(path: path))
    }
    do {
      let reader = try ParquetFileReader(try files.store.open(path))
      let names = Dictionary(reader.fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
      let written = try schema(entry.file.schemaID)
      var wanted: [DataFileStream.Wanted] = []
      if withSystemColumns {
        wanted.append(.init(type: .int64, place: names[DataFileLayout.sequenceName]))
        wanted.append(.init(type: .int8, place: names[DataFileLayout.kindName]))
        guard wanted.allSatisfy({ $0.place != nil }) else { throw SluiceError(.targetDamaged, "a file of a keyed table lacks its system columns") }
      }
      for column in columns {
        // Columns are the same when their ids are, whatever they were called.
        let field = schema.fields[column]
        let type = try PaimonTypes.dataType(of: field.type)
        if let name = written.fields.first(where: { $0.id == field.id })?.name {
          wanted.append(.init(type: type, place: names[name]))
        } else {
          wanted.append(.init(type: type, place: nil, constant: debt.value(of: field)))
        }
      }
      return try DataFileStream(
        reader, wanted, batchRows: batchRows, path: path, deleted: dead.map { DeletedRows($0, rowCount: entry.file.rowCount) })
    } catch let error as SluiceError where error.place.path == nil {
      throw SluiceError(error.kind, error.message, at: .init(table: error.place.table, column: error.place.column, path: path), cause: error)
    }
  }

  private func path(of entry: ManifestEntry) throws -> String {
    if let external = entry.file.externalPath {
      throw SluiceError(.targetDamaged, "a data file lies outside of the table's folder, which is not supported", at: .init(path: external))
    }
    let partitions = try self.partitions ?? PartitionPath(schema)
    self.partitions = partitions
    return "\(files.paths.bucket(entry.slot.bucket, partition: try partitions.folder(of: entry.slot.partition)))/\(entry.file.fileName)"
  }

  private func schema(_ id: Int64) throws -> TableSchema {
    if id == schema.id { return schema }
    if let known = schemas[id] { return known }
    let read = try files.schema(id)
    schemas[id] = read
    return read
  }
}
