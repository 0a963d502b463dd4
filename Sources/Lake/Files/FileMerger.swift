internal import SluiceCore

/// Merges files of one slot, within a budget of memory. Confined to one thread.
struct FileMerger<Files: TableFiles> {
  /// What an open file takes beside its batches: pages of each column.
  private static var pageBytes: Int { 300 << 10 }

  let files: Files
  let memory: Int
  let dead: (Files.File) throws -> RoaringBitmap?

  /// Rows that are `dead` are left out.
  init(_ files: Files, memory: Int, dead: @escaping (Files.File) throws -> RoaringBitmap? = { _ in nil }) {
    self.files = files
    self.memory = memory
    self.dead = dead
  }

  /// What sorted runs of a keyed table become at `level`, durable: of each key the newest row, deletions among them unless they are dropped.
  ///
  /// More runs than memory allows are merged in several passes. Throws `MergeCancelled` soon after `isCancelled` has become true.
  func merge(
    _ runs: [[Files.File]], slot: Slot, level: Int32, dropsDeletes: Bool, isCancelled: () -> Bool = { false }
  ) throws -> [Files.File] {
    var runs = runs
    let fanIn = max(2, memory / 2 / ((files.mergedColumns.count + RunMerge.systemColumns) * Self.pageBytes))
    var intermediate: [Files.File] = []
    defer { for file in intermediate { files.discard(file) } }
    while runs.count > fanIn {
      // The smallest runs first, so that few bytes are written twice.
      runs.sort { Self.bytes($0) < Self.bytes($1) }
      let count = min(fanIn, runs.count - fanIn + 1)
      // Deletions are dropped by the last pass only: before that they may concern rows of other runs.
      let merged = try write(Array(runs.prefix(count)), slot: slot, level: level, dropsDeletes: false, isCancelled: isCancelled)
      intermediate += merged
      runs =
        runs.dropFirst(count)
        + [merged]
    }
    return try write(runs, slot: slot, level: level, dropsDeletes: dropsDeletes, isCancelled: isCancelled)
  }

  /// What files of an append table become, durable: all their rows, file after file.
  func join(_ joined: [Files.File], slot: Slot, isCancelled: () -> Bool = { false }) throws -> [Files.File] {
    let batchRows = batchRows([joined])
    return try writing(slot: slot, level: 0) { output in
      for file in joined {
        let stream = try files.open(file, columns: files.mergedColumns, withSystemColumns: false, batchRows: batchRows, dead: try dead(file))
        while let batch = try stream.next() {
          if isCancelled() { throw MergeCancelled() }
          try output.write(ChangeBatch(table: files.table, schemaVersion: 0, rows: batch))
        }
      }
    }
  }

  private func write(
    _ runs: [[Files.File]], slot: Slot, level: Int32, dropsDeletes: Bool, isCancelled: () -> Bool
  ) throws -> [Files.File] {
    let batchRows = batchRows(runs)
    let streams = runs.map { RunStream(files, $0, columns: files.mergedColumns, batchRows: batchRows, dead: dead) }
    let merge = RunMerge(streams, keys: files.keys.map { $0 + RunMerge.systemColumns }, dropsDeletes: dropsDeletes)
    return try writing(slot: slot, level: level) { output in
      while let batch = try merge.next() {
        if isCancelled() { throw MergeCancelled() }
        try output.write(changes(batch, keepsKinds: !dropsDeletes))
      }
    }
  }

  func writing(slot: Slot, level: Int32, _ work: (MergedFiles<Files>) throws -> Void) throws -> [Files.File] {
    let output = MergedFiles(files, slot: slot, level: level)
    do {
      try work(output)
      return try output.finish()
    } catch {
      output.abandon()
      throw error
    }
  }

  /// Rows of a batch, so that two batches of each run fit into a part of the memory.
  func batchRows(_ runs: [[Files.File]]) -> Int {
    let rowBytes = max(1, runs.joined().reduce(0) { $0 + $1.byteCount * 4 } / max(1, runs.joined().reduce(0) { $0 + $1.rowCount }))
    return min(8192, max(64, memory / 4 / (runs.count * 2) / rowBytes))
  }

  /// Rows with their numbers, and their kinds where deletions are among them.
  private func changes(_ batch: Batch, keepsKinds: Bool) -> ChangeBatch {
    let numbers = UnsafeBufferPointer(start: batch.columns[0].fixed(as: Int64.self), count: batch.rowCount)
    let kinds = UnsafeBufferPointer(start: batch.columns[1].fixed(as: UInt8.self), count: batch.rowCount)
    let rows = Batch(columns: Array(batch.columns.dropFirst(RunMerge.systemColumns)), rowCount: batch.rowCount)
    return ChangeBatch(
      table: files.table, schemaVersion: 0, rows: rows, kinds: keepsKinds ? .each(Array(kinds)) : .allInserts, sequence: .each(Array(numbers)))
  }

  private static func bytes(_ run: [Files.File]) -> Int { run.reduce(0) { $0 + $1.byteCount } }
}
