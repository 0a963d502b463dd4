internal import SluiceCore

extension FileMerger {
  /// What files become whose rows are of many slots and lie in any order, durable: sorted files of one slot each, all of them with a part of the
  /// rows. No two rows have one key.
  func split(_ mixed: [Files.File], by router: SlotRouter, level: Int32, isCancelled: () -> Bool = { false }) throws -> [Files.File] {
    var waiting: [Slot: [ChangeBatch]] = [:]
    var waitingBytes = 0
    var written: [Files.File] = []
    func write() throws {
      for (slot, rows) in waiting {
        written += try writing(slot: slot, level: level) { output in
          let sorted = SortedChanges(rows, keys: files.keys)
          while let piece = sorted.next() { try output.write(piece) }
        }
      }
      (waiting, waitingBytes) = ([:], 0)
    }
    do {
      for file in mixed {
        let stream = try files.open(
          file, columns: files.mergedColumns, withSystemColumns: false, batchRows: batchRows([mixed]), dead: try dead(file))
        while let batch = try stream.next() {
          if isCancelled() { throw MergeCancelled() }
          for part in try router.route(ChangeBatch(table: files.table, schemaVersion: 0, rows: batch)) {
            waiting[part.slot, default: []].append(part.rows)
          }
          waitingBytes += batch.byteSize
          // Sorting holds the rows once more.
          if waitingBytes >= memory / 4 { try write() }
        }
      }
      try write()
      return written
    } catch {
      for file in written { files.discard(file) }
      throw error
    }
  }
}
