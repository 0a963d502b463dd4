internal import SluiceCore

/// Rows that are deleted by the values of columns (Iceberg specification, equality delete files). Confined to one thread.
///
/// All keys are held in memory, once a file is asked about that they may concern.
final class EqualityDeletes {
  /// Deleted keys of one set of columns.
  struct Filter {
    /// Places of the compared columns in the schema.
    let columns: [Int]
    /// A key that is deleted, and the highest sequence number with which it is.
    fileprivate let keys: [[UInt8]: Int64]
    fileprivate let types: [IcebergType]
    /// Of the data file that is read.
    fileprivate let sequenceNumber: Int64

    /// The rows whose values in the columns at `places` are not deleted.
    func keep(_ batch: Batch, _ places: [Int]) -> Batch {
      var kept: [Int32] = []
      kept.reserveCapacity(batch.rowCount)
      for row in 0..<batch.rowCount {
        let key = EqualityDeletes.key(batch, row, places, types)
        if let deleted = keys[key], deleted > sequenceNumber { continue }
        kept.append(Int32(truncatingIfNeeded: row))
      }
      return kept.count == batch.rowCount ? batch : batch.taking(kept)
    }
  }

  private static let batchRows = 8192

  /// Deletes apply within a partition, or everywhere when they have none.
  private struct Scope: Hashable {
    let ids: [Int]
    let specID: Int?
    let partition: PartitionTuple
  }

  private let deletes: [Scope: [IcebergFile]]
  private let metadata: TableMetadata
  private var loaded: [Scope: [[UInt8]: Int64]] = [:]

  init(_ files: [IcebergFile], metadata: TableMetadata) {
    self.metadata = metadata
    deletes = Dictionary(grouping: files) { file in
      let isGlobal = metadata.partitionSpecs.first { $0.id == file.specID }?.isUnpartitioned ?? true
      return Scope(ids: file.data.equalityIDs.sorted(), specID: isGlobal ? nil : file.specID, partition: isGlobal ? .init() : file.data.partition)
    }
  }

  /// Compared columns that `schema` does not have, as some schema of before had them.
  func droppedFields(_ schema: IcebergSchema) -> [IcebergField] {
    let wanted = Set(deletes.keys.flatMap(\.ids)).subtracting(schema.fields.map(\.id))
    return wanted.sorted().compactMap { id in
      metadata.schemas.reversed().lazy.compactMap { $0.field(id) }.first.map { field in
        // No column of today is meant by its name.
        IcebergField(id: id, name: "\u{0}\(id)", isRequired: false, type: field.type)
      }
    }
  }

  /// What may delete rows of a data file.
  func filters(of file: IcebergFile, _ files: IcebergTableFiles) throws -> [Filter] {
    let sequenceNumber = file.sequenceNumber ?? 0
    return try deletes.keys.sorted { $0.ids.lexicographicallyPrecedes($1.ids) }.compactMap { scope in
      guard scope.specID == nil || scope.specID == file.specID && scope.partition == file.data.partition else { return nil }
      guard deletes[scope]?.contains(where: { ($0.sequenceNumber ?? 0) > sequenceNumber }) == true else { return nil }
      let columns = try places(scope.ids, files.schema)
      let keys = try loaded[scope] ?? load(scope, columns, files)
      loaded[scope] = keys
      return Filter(columns: columns, keys: keys, types: columns.map { files.schema.fields[$0].type }, sequenceNumber: sequenceNumber)
    }
  }

  private func load(_ scope: Scope, _ columns: [Int], _ files: IcebergTableFiles) throws -> [[UInt8]: Int64] {
    var keys: [[UInt8]: Int64] = [:]
    let types = columns.map { files.schema.fields[$0].type }
    for delete in deletes[scope] ?? [] {
      let number = delete.sequenceNumber ?? 0
      let stream = try files.open(delete, columns: columns, withSystemColumns: false, batchRows: Self.batchRows, dead: nil)
      while let batch = try stream.next() {
        for row in 0..<batch.rowCount {
          let key = Self.key(batch, row, Array(columns.indices), types)
          keys[key] = max(number, keys[key] ?? number)
        }
      }
    }
    return keys
  }

  private func places(_ ids: [Int], _ schema: IcebergSchema) throws -> [Int] {
    try ids.map { id in
      guard let place = schema.fields.firstIndex(where: { $0.id == id }) else {
        throw SluiceError(.targetDamaged, "equality deletes compare a field inside of a column, or one that no schema has, which is not supported")
      }
      return place
    }
  }

  /// Values with their lengths; a null equals a null.
  private static func key(_ batch: Batch, _ row: Int, _ places: [Int], _ types: [IcebergType]) -> [UInt8] {
    var key: [UInt8] = []
    for (place, type) in zip(places, types) {
      guard let value = SingleValue.bytes(batch.columns[place], row, as: type) else {
        key.append(0xff)
        continue
      }
      key += SingleValue.littleEndian(UInt32(truncatingIfNeeded: value.count) << 8)
      key += value
    }
    return key
  }
}
