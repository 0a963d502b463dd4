internal import SluiceCore

/// Equality deletes of a table turned into positions: which rows of which data files they delete. Confined to one thread.
///
/// All keys of the deletes are in memory while it is made.
struct ResolvedDeletes {
  /// The delete files that are needed no more when the rows are marked.
  private(set) var deletes: [IcebergFile] = []
  /// By the path of the data file.
  private(set) var rows: [String: (file: IcebergFile, rows: RoaringBitmap)] = [:]

  init() {}

  /// Those whose columns are the table's key; others stay.
  init(
    _ deletes: [IcebergFile], _ data: [IcebergFile], _ files: IcebergTableFiles, _ keyFiles: KeyFiles<IcebergTableFiles>,
    isCancelled: () -> Bool
  ) throws {
    let key = files.schema.identifierFieldIDs
    self.deletes = deletes.filter { !key.isEmpty && Set($0.data.equalityIDs) == Set(key) && $0.data.format.uppercased() == DataFile.parquet }
    if self.deletes.isEmpty { return }
    let keys = try self.deletes.map { delete in
      if isCancelled() { throw MergeCancelled() }
      return try Self.keys(of: delete, files, keyFiles.codec)
    }
    // A file's keys are opened once, for all the deletes that concern it.
    for file in data {
      if isCancelled() { throw MergeCancelled() }
      let concerning = zip(self.deletes, keys).filter { Self.concerns($0.0, file) }
      if concerning.isEmpty { continue }
      let target = try IndexedFile<IcebergTableFiles>(file, keyFiles.bounds(of: file), stage: .live)
      for (_, keys) in concerning { _ = try target.delete(keys, at: (0..<keys.count).map { Int32(truncatingIfNeeded: $0) }, keyFiles) }
      if !target.dead.isEmpty { rows[file.data.path] = (file, target.dead) }
    }
  }

  /// A delete is about older rows of its partition, and under a spec without partitions about those of all.
  private static func concerns(_ delete: IcebergFile, _ file: IcebergFile) -> Bool {
    guard let old = file.sequenceNumber, let new = delete.sequenceNumber, old < new else { return false }
    return delete.data.partition.values.isEmpty || file.data.partition == delete.data.partition && file.specID == delete.specID
  }

  /// The keys of a delete file, ascending.
  private static func keys(of delete: IcebergFile, _ files: IcebergTableFiles, _ codec: KeyCodec) throws -> EncodedKeys {
    let stream = try files.open(delete, columns: files.keys, withSystemColumns: false, batchRows: 8192, dead: nil)
    var batches: [Batch] = []
    while let batch = try stream.next() { batches.append(batch) }
    if batches.isEmpty { return EncodedKeys(width: codec.width, count: 0, byteCount: 0) }
    let all = try codec.encode(Batch.concatenating(batches))
    return all.taking(KeySort.order(of: all))
  }
}
