internal import SluiceCore

/// Merges runs of one slot into files of the top level, within a budget of memory.
struct FileMerger {
  /// What an open file takes beside its batches: pages of each column.
  private static let pageBytes = 300 << 10

  private let context: RunContext
  private let schema: TableSchema
  private let memory: Int
  private let source: DataFileSource

  init(_ context: RunContext, schema: TableSchema, memory: Int) {
    self.context = context
    self.schema = schema
    self.memory = memory
    source = DataFileSource(schema: schema, files: context.files)
  }

  /// The merged files, durable, deletes dropped. More runs than memory allows are merged in several passes.
  func merge(_ runs: [[KeyedFile]], slot: Slot) throws -> [DataFileMeta] {
    var runs = runs.map { $0.map(\.entry) }
    let fanIn = max(2, memory / 2 / (context.layout.fields.count * Self.pageBytes))
    var intermediate: [DataFileMeta] = []
    defer { for file in intermediate { discard(file, slot) } }
    while runs.count > fanIn {
      // The smallest runs first, so that few bytes are written twice.
      runs.sort { Self.bytes($0) < Self.bytes($1) }
      let count = min(fanIn, runs.count - fanIn + 1)
      let merged = try write(Array(runs.prefix(count)), slot: slot, isLast: false)
      intermediate += merged
      runs =
        runs.dropFirst(count)
        + [merged.map { ManifestEntry(kind: .add, slot: slot, totalBuckets: context.totalBuckets, file: $0) }]
    }
    return try write(runs, slot: slot, isLast: true)
  }

  /// Deletions are dropped by the last pass only: before that they may concern rows of other runs.
  private func write(_ runs: [[ManifestEntry]], slot: Slot, isLast: Bool) throws -> [DataFileMeta] {
    let rowBytes = max(1, runs.joined().reduce(0) { $0 + $1.file.fileSize * 4 } / max(1, runs.joined().reduce(0) { $0 + $1.file.rowCount }))
    let batchRows = min(8192, max(64, memory / 4 / (runs.count * 2) / rowBytes))
    let columns = Array(schema.fields.indices)
    let streams = try runs.map { try RunStream(source, $0, columns: columns, batchRows: batchRows) }
    let merge = RunMerge(streams, keys: context.layout.keys.map { $0 + RunStream.systemColumns }, dropsDeletes: isLast)
    var written: [DataFileMeta] = []
    var open: DataFileWriter?
    do {
      while let batch = try merge.next() {
        let file = try open ?? context.makeFile(slot: slot, level: DataFileMeta.topLevel, source: DataFileMeta.sourceCompact)
        open = file
        try file.write(changes(batch, keepsKinds: !isLast))
        if file.estimatedFileBytes >= context.targetFileSize {
          written.append(try file.finish())
          open = nil
        }
      }
      if let open { written.append(try open.finish()) }
      return written
    } catch {
      open?.abandon()
      for file in written { discard(file, slot) }
      throw error
    }
  }

  private func changes(_ batch: Batch, keepsKinds: Bool) -> ChangeBatch {
    let numbers = UnsafeBufferPointer(start: batch.columns[0].fixed(as: Int64.self), count: batch.rowCount)
    let kinds = UnsafeBufferPointer(start: batch.columns[1].fixed(as: UInt8.self), count: batch.rowCount)
    let rows = Batch(columns: Array(batch.columns.dropFirst(RunStream.systemColumns)), rowCount: batch.rowCount)
    return ChangeBatch(
      table: context.table, schemaVersion: 0, rows: rows, kinds: keepsKinds ? .each(Array(kinds)) : .allInserts, sequence: .each(Array(numbers)))
  }

  private func discard(_ file: DataFileMeta, _ slot: Slot) {
    if let path = try? context.path(of: file.fileName, slot: slot) { try? context.files.store.delete(path) }
  }

  private static func bytes(_ run: [ManifestEntry]) -> Int { run.reduce(0) { $0 + $1.file.fileSize } }
}
