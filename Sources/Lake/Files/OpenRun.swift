internal import SluiceCore

/// Rows of one slot and one origin on their way into files.
///
/// Ascending rows stream into files of the top level, rows of append tables into plain files. Unordered rows wait, and each
/// flush sorts them into files of level 0.
final class OpenRun {
  enum Order {
    case ascending, unordered, appended
  }

  /// Fewer waiting bytes than this open no file: many small tables stay cheap.
  private static let openBytes = 1 << 20
  /// Unordered rows are sorted and written when they take this much.
  private static let sortBytes = 32 << 20

  private let context: RunContext
  private let slot: Slot
  private let range: Int?
  private var order: Order
  private var waiting: [ChangeBatch] = []
  private var waitingBytes = 0
  private var file: DataFileWriter?
  private var lastKey: Batch?
  private var finished: [FinishedFile] = []

  init(_ context: RunContext, slot: Slot, range: Int?, order: Order) {
    self.context = context
    self.slot = slot
    self.range = range
    self.order = order
  }

  var heldBytes: Int { waitingBytes + (file?.heldBytes ?? 0) }

  func write(_ rows: ChangeBatch) throws {
    if order == .ascending {
      if context.keyCheck.isAscending(rows.rows, after: lastKey) {
        lastKey = context.keyCheck.lastKey(of: rows.rows)
      } else {
        // The source's order is not the lake's after all: what came so far is good, the rest must be sorted.
        try close()
        order = .unordered
      }
    }
    waiting.append(rows)
    waitingBytes += rows.rows.byteSize
    if order == .unordered {
      if waitingBytes >= Self.sortBytes { try sortAndWrite() }
    } else if file != nil || waitingBytes >= Self.openBytes {
      try writeWaiting()
    }
  }

  /// Finishes what is open; more rows may follow.
  func close() throws {
    if order == .unordered { return try sortAndWrite() }
    try writeWaiting()
    try finishFile()
  }

  var hasOpenFile: Bool { file != nil }

  /// About how large the open file is.
  var fileBytes: Int { file?.estimatedFileBytes ?? 0 }

  /// Frees memory. An open file ends its row group and stays open, so that tight memory does not make small files.
  func relieve() throws {
    guard order != .unordered, let open = file else { return try close() }
    try writeWaiting()
    guard file === open else { return }
    do {
      try open.flush()
    } catch {
      open.abandon()
      file = nil
      throw error
    }
  }

  func abandon() {
    file?.abandon()
    file = nil
    waiting = []
    waitingBytes = 0
    for file in finished { try? context.files.store.delete(file.path) }
    finished = []
  }

  /// Hands over the files that were finished since the last call.
  func takeFinished() -> [FinishedFile] {
    defer { finished = [] }
    return finished
  }

  private func writeWaiting() throws {
    let batches = waiting
    waiting = []
    waitingBytes = 0
    for batch in batches { try append(batch, level: order == .ascending ? context.topLevel : 0) }
  }

  private func append(_ rows: ChangeBatch, level: Int32) throws {
    let open = try file ?? context.makeFile(slot: slot, level: level)
    file = open
    do {
      try open.write(rows)
    } catch {
      open.abandon()
      file = nil
      throw error
    }
    if open.estimatedFileBytes >= context.targetFileSize { try finishFile() }
  }

  private func finishFile() throws {
    guard let open = file else { return }
    file = nil
    let meta = try open.finish()
    finished.append(FinishedFile(slot: slot, range: range, path: open.path, meta: meta))
  }

  private func sortAndWrite() throws {
    if waiting.isEmpty { return }
    let batches = waiting
    waiting = []
    waitingBytes = 0
    // Sorting needs the rows side by side; the file takes them in small pieces, so that they are in memory no third time.
    let sorted = SortedChanges(batches, keys: context.layout.keys)
    while let piece = sorted.next() { try append(piece, level: 0) }
    try finishFile()
  }
}
