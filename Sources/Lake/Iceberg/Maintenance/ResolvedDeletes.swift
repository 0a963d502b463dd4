internal import SluiceCore

/// Equality deletes of a table turned into positions: which rows of which data files they delete. Confined to one thread.
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
    let concerning = deletes.filter { !key.isEmpty && Set($0.data.equalityIDs) == Set(key) && $0.data.format.uppercased() == DataFile.parquet }
    var indexed: [String: IndexedFile<IcebergTableFiles>] = [:]
    for delete in concerning {
      if isCancelled() { throw MergeCancelled() }
      let keys = try Self.keys(of: delete, files, keyFiles.codec)
      // A delete under a spec without partitions is about all of them.
      let isGlobal = delete.data.partition.values.isEmpty
      for file in data where (isGlobal || file.data.partition == delete.data.partition && file.specID == delete.specID) {
        guard let old = file.sequenceNumber, let new = delete.sequenceNumber, old < new else { continue }
        let target = try indexed[file.data.path] ?? IndexedFile(file, keyFiles.bounds(of: file), stage: .live)
        indexed[file.data.path] = target
        _ = try target.delete(keys, at: (0..<keys.count).map { Int32(truncatingIfNeeded: $0) }, keyFiles)
        target.forgetKeys()
      }
      self.deletes.append(delete)
    }
    for (path, file) in indexed where !file.dead.isEmpty { rows[path] = (file.file, file.dead) }
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
