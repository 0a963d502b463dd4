internal import SluiceCore

/// Merges files of one slot, within a budget of memory. Confined to one thread.
struct FileMerger {
  /// What an open file takes beside its batches: pages of each column.
  private static let pageBytes = 300 << 10

  private let context: RunContext
  private let schema: TableSchema
  private let memory: Int
  private let source: DataFileSource

  /// Rows in `vectors` are left out.
  init(_ context: RunContext, schema: TableSchema, memory: Int, vectors: DeletionVectors = DeletionVectors()) throws {
    self.context = context
    self.schema = schema
    self.memory = memory
    source = try DataFileSource(schema: schema, files: context.files, vectors: vectors)
  }

  /// What sorted runs of a keyed table become at `level`, durable: of each key the newest row, deletions among them unless they are dropped.
  ///
  /// More runs than memory allows are merged in several passes. Throws `MergeCancelled` soon after `isCancelled` has become true.
  func merge(
    _ runs: [[ManifestEntry]], slot: Slot, level: Int32, dropsDeletes: Bool, isCancelled: () -> Bool = { false }
  ) throws -> [DataFileMeta] {
    var runs = runs
    let fanIn = max(2, memory / 2 / (context.layout.fields.count * Self.pageBytes))
    var intermediate: [DataFileMeta] = []
    defer { for file in intermediate { context.discard(file, slot: slot) } }
    while runs.count > fanIn {
      // The smallest runs first, so that few bytes are written twice.
      runs.sort { Self.bytes($0) < Self.bytes($1) }
      let count = min(fanIn, runs.count - fanIn + 1)
      // Deletions are dropped by the last pass only: before that they may concern rows of other runs.
      let merged = try write(Array(runs.prefix(count)), slot: slot, level: level, dropsDeletes: false, isCancelled: isCancelled)
      intermediate += merged
      runs =
        runs.dropFirst(count)
        + [merged.map { ManifestEntry(kind: .add, slot: slot, totalBuckets: context.totalBuckets, file: $0) }]
    }
    return try write(runs, slot: slot, level: level, dropsDeletes: dropsDeletes, isCancelled: isCancelled)
  }

  /// What files of an append table become, durable: all their rows, file after file.
  func join(_ files: [ManifestEntry], slot: Slot, isCancelled: () -> Bool = { false }) throws -> [DataFileMeta] {
    let batchRows = batchRows([files])
    let columns = Array(schema.fields.indices)
    return try writing(slot: slot, level: 0) { output in
      for file in files {
        let stream = try source.open(file, columns: columns, withSystemColumns: false, batchRows: batchRows)
        while let batch = try stream.next() {
          if isCancelled() { throw MergeCancelled() }
          try output.write(ChangeBatch(table: context.table, schemaVersion: 0, rows: batch))
        }
      }
    }
  }

  private func write(
    _ runs: [[ManifestEntry]], slot: Slot, level: Int32, dropsDeletes: Bool, isCancelled: () -> Bool
  ) throws -> [DataFileMeta] {
    let batchRows = batchRows(runs)
    let columns = Array(schema.fields.indices)
    let streams = try runs.map { try RunStream(source, $0, columns: columns, batchRows: batchRows) }
    let merge = RunMerge(streams, keys: context.layout.keys.map { $0 + RunStream.systemColumns }, dropsDeletes: dropsDeletes)
    return try writing(slot: slot, level: level) { output in
      while let batch = try merge.next() {
        if isCancelled() { throw MergeCancelled() }
        try output.write(changes(batch, keepsKinds: !dropsDeletes))
      }
    }
  }

  private func writing(slot: Slot, level: Int32, _ work: (MergedFiles) throws -> Void) throws -> [DataFileMeta] {
    let output = MergedFiles(context, slot: slot, level: level)
    do {
      try work(output)
      return try output.finish()
    } catch {
      output.abandon()
      throw error
    }
  }

  /// Rows of a batch, so that two batches of each run fit into a part of the memory.
  private func batchRows(_ runs: [[ManifestEntry]]) -> Int {
    let rowBytes = max(1, runs.joined().reduce(0) { $0 + $1.file.fileSize * 4 } / max(1, runs.joined().reduce(0) { $0 + $1.file.rowCount }))
    return min(8192, max(64, memory / 4 / (runs.count * 2) / rowBytes))
  }

  /// Rows with their numbers, and their kinds where deletions are among them.
  private func changes(_ batch: Batch, keepsKinds: Bool) -> ChangeBatch {
    let numbers = UnsafeBufferPointer(start: batch.columns[0].fixed(as: Int64.self), count: batch.rowCount)
    let kinds = UnsafeBufferPointer(start: batch.columns[1].fixed(as: UInt8.self), count: batch.rowCount)
    let rows = Batch(columns: Array(batch.columns.dropFirst(RunStream.systemColumns)), rowCount: batch.rowCount)
    return ChangeBatch(
      table: context.table, schemaVersion: 0, rows: rows, kinds: keepsKinds ? .each(Array(kinds)) : .allInserts, sequence: .each(Array(numbers)))
  }

  private static func bytes(_ run: [ManifestEntry]) -> Int { run.reduce(0) { $0 + $1.file.fileSize } }
}
