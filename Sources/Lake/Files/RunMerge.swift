internal import SluiceCore

/// Merges sorted runs by key: of the rows of one key that with the highest sequence number stays.
///
/// Batches begin with sequence number and kind. Memory: two batches a run, and one of output.
final class RunMerge {
  /// Columns before the table's own: sequence number and kind.
  static let systemColumns = 2
  private static let outputRows = 8192

  private let runs: [any BatchSource]
  private let order: KeyOrder
  private let dropsDeletes: Bool
  private var cursors: [Cursor] = []
  /// Indexes of the runs that have rows, as a binary heap: least key first, then least sequence number.
  private var heap: [Int] = []
  /// Batches that picked rows lie in.
  private var sources: [Batch] = []
  private var picks: [Pick] = []
  private var isOver = false

  private struct Pick {
    let source: Int
    let row: Int
  }

  /// The current row of a run.
  private struct Cursor {
    var batch: Batch
    var row = 0
    /// The place of `batch` in `sources`; `nil` before a row of it was picked.
    var source: Int?
    var prefix: UInt64 = 0
    var sequence: Int64 = 0
  }

  /// `keys` are positions in the batches.
  init(_ runs: [any BatchSource], keys: [Int], dropsDeletes: Bool) {
    self.runs = runs
    order = KeyOrder(keys: keys)
    self.dropsDeletes = dropsDeletes
  }

  /// The next merged rows with their system columns, never empty; `nil` at the end.
  func next() throws -> Batch? {
    if cursors.isEmpty && !isOver { try start() }
    while !isOver {
      while picks.count <= Self.outputRows, let run = heap.first {
        pick(run)
        try advance(run)
      }
      isOver = heap.isEmpty
      // The last pick may still be beaten by a row of the same key.
      let batch = flush(picks.count - (isOver ? 0 : 1))
      if batch.rowCount > 0 { return batch }
    }
    return nil
  }

  private func start() throws {
    for (index, run) in runs.enumerated() {
      guard let batch = try run.next() else {
        cursors.append(Cursor(batch: Batch(columns: [], rowCount: 0)))
        continue
      }
      cursors.append(Cursor(batch: batch))
      read(index)
      heap.append(index)
      siftUp(heap.count - 1)
    }
    if heap.isEmpty { isOver = true }
  }

  private func pick(_ run: Int) {
    let source: Int
    if let known = cursors[run].source {
      source = known
    } else {
      sources.append(cursors[run].batch)
      source = sources.count - 1
      cursors[run].source = source
    }
    let row = cursors[run].row
    // Rows of a key come with growing sequence numbers, so the later one replaces.
    if let last = picks.last, last.source != source, order.compare(sources[last.source], last.row, cursors[run].batch, row) == 0 {
      picks.removeLast()
    }
    picks.append(Pick(source: source, row: row))
  }

  private func advance(_ run: Int) throws {
    cursors[run].row += 1
    if cursors[run].row == cursors[run].batch.rowCount {
      guard let batch = try runs[run].next() else {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        cursors[run] = Cursor(batch: Batch(columns: [], rowCount: 0))
        return siftDown()
      }
      cursors[run] = Cursor(batch: batch)
    }
    read(run)
    siftDown()
  }

  private func read(_ run: Int) {
    let cursor = cursors[run]
    cursors[run].sequence = cursor.batch.columns[0].fixed(as: Int64.self)[cursor.row]
    cursors[run].prefix = KeyPrefix.of(cursor.batch.columns[order.keys[0]], cursor.row)
  }

  /// Whether run `left` comes before run `right`.
  private func precedes(_ left: Int, _ right: Int) -> Bool {
    let (leftPrefix, rightPrefix) = (cursors[left].prefix, cursors[right].prefix)
    if leftPrefix != rightPrefix { return leftPrefix < rightPrefix }
    let result = order.compare(cursors[left].batch, cursors[left].row, cursors[right].batch, cursors[right].row)
    return result != 0 ? result < 0 : cursors[left].sequence < cursors[right].sequence
  }

  private func siftUp(_ start: Int) {
    var place = start
    while place > 0, precedes(heap[place], heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private func siftDown() {
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && precedes(heap[child], heap[least]) { least = child }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }

  /// Takes the first `count` picks out as a batch.
  private func flush(_ count: Int) -> Batch {
    var bounds = [(low: Int, high: Int)](repeating: (Int.max, -1), count: sources.count)
    for pick in picks[..<count] {
      bounds[pick.source].low = min(bounds[pick.source].low, pick.row)
      bounds[pick.source].high = max(bounds[pick.source].high, pick.row)
    }
    var starts = [Int](repeating: 0, count: sources.count)
    var slices: [Batch] = []
    var total = 0
    for (index, bound) in bounds.enumerated() where bound.high >= 0 {
      starts[index] = total - bound.low
      slices.append(sources[index].slice(from: bound.low, count: bound.high - bound.low + 1))
      total += bound.high - bound.low + 1
    }
    let all = Batch.concatenating(slices)
    var indexes: [Int32] = []
    indexes.reserveCapacity(count)
    if !all.columns.isEmpty {
      let kinds = all.columns[1].fixed(as: UInt8.self)
      for pick in picks[..<count] {
        let index = starts[pick.source] + pick.row
        if dropsDeletes, kinds[index] == RowKind.delete.rawValue || kinds[index] == RowKind.updateBefore.rawValue { continue }
        indexes.append(Int32(index))
      }
    }
    forget(count)
    return indexes.count == all.rowCount && slices.count == 1 ? all : all.taking(indexes)
  }

  /// Drops the first `count` picks and the batches that no pick and no cursor needs any more.
  private func forget(_ count: Int) {
    let left = picks[count...].map { (batch: sources[$0.source], pick: $0) }
    let places = left.map(\.pick.source)
    sources = []
    picks = []
    var moved: [Int: Int] = [:]
    for (index, place) in places.enumerated() {
      let source = moved[place] ?? sources.count
      if moved[place] == nil {
        moved[place] = source
        sources.append(left[index].batch)
      }
      picks.append(Pick(source: source, row: left[index].pick.row))
    }
    for run in cursors.indices { cursors[run].source = cursors[run].source.flatMap { moved[$0] } }
  }
}
