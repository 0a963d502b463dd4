internal import SluiceCore

/// Rows of one slot and one origin on their way into files.
///
/// Ascending rows and rows of append tables stream into files. Unordered rows wait, and each flush sorts them into files.
final class OpenRun<Files: TableFiles> {
  enum Order {
    case ascending, unordered, appended
  }

  /// Fewer waiting bytes than this open no file: many small tables stay cheap.
  private static var openBytes: Int { 1 << 20 }
  /// Unordered rows are sorted and written when they take this much.
  private static var sortBytes: Int { 32 << 20 }

  private let files: Files
  private let slot: Slot
  private let range: Int?
  private var order: Order
  private var waiting: [ChangeBatch] = []
  private var waitingBytes = 0
  private var file: Files.Output?
  private var lastKey: Batch?
  private var finished: [FinishedFile<Files.File>] = []

  init(_ files: Files, slot: Slot, range: Int?, order: Order) {
    self.files = files
    self.slot = slot
    self.range = range
    self.order = order
  }

  var heldBytes: Int { waitingBytes + (file?.heldBytes ?? 0) }

  func write(_ rows: ChangeBatch) throws {
    if order == .ascending {
      if files.keyCheck.isAscending(rows.rows, after: lastKey) {
        lastKey = files.keyCheck.lastKey(of: rows.rows)
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
    for file in finished { try? files.store.delete(file.path) }
    finished = []
  }

  /// Hands over the files that were finished since the last call.
  func takeFinished() -> [FinishedFile<Files.File>] {
    defer { finished = [] }
    return finished
  }

  private func writeWaiting() throws {
    let batches = waiting
    waiting = []
    waitingBytes = 0
    for batch in batches { try append(batch, order == .ascending ? .history : .appended) }
  }

  private func append(_ rows: ChangeBatch, _ role: FileRole) throws {
    let open = try file ?? files.makeFile(role, slot: slot)
    file = open
    do {
      try open.write(rows)
    } catch {
      open.abandon()
      file = nil
      throw error
    }
    if open.estimatedFileBytes >= files.targetFileSize { try finishFile() }
  }

  private func finishFile() throws {
    guard let open = file else { return }
    file = nil
    finished.append(FinishedFile(range: range, path: open.path, file: try open.finish()))
  }

  private func sortAndWrite() throws {
    if waiting.isEmpty { return }
    let batches = waiting
    waiting = []
    waitingBytes = 0
    // Sorting needs the rows side by side; the file takes them in small pieces, so that they are in memory no third time.
    let sorted = SortedChanges(batches, keys: files.keys)
    while let piece = sorted.next() { try append(piece, .run(isStream: range == nil)) }
    try finishFile()
  }
}
