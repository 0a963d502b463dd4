internal import SluiceCore

/// Writes the data files of one lane: a run for each slot and origin, and where readers merge nothing the changes of the stream apart.
final class RunWriter<Files: TableFiles>: TableWriter {
  private let files: Files
  private var runs: [RunKey: OpenRun<Files>] = [:]
  private var finished: [FinishedFile<Files.File>] = []
  private var runBytes = 0
  /// Takes the changes of the stream when the table's history is complete and readers are to merge nothing.
  private let changes: (any ChangeWriter)?

  private struct RunKey: Hashable {
    let slot: Slot
    /// `nil` for the stream.
    let range: Int?
  }

  init(_ files: Files, changes: (any ChangeWriter)? = nil) {
    self.files = files
    self.changes = changes
  }

  private var isKeyed: Bool { !files.keys.isEmpty }

  var heldBytes: Int { runBytes + (changes?.heldBytes ?? 0) }

  func write(_ rows: ChangeBatch, slot: Slot, origin: RowOrigin) throws {
    if rows.rowCount == 0 { return }
    let key: RunKey
    let kind: OpenRun<Files>.Order
    if origin == .stream, let changes { return try inTable { try changes.write(rows, slot: slot) } }
    switch origin {
    case .stream:
      key = RunKey(slot: slot, range: nil)
      kind = isKeyed ? .unordered : .appended
    case .snapshot(let range, let isOrdered):
      key = RunKey(slot: slot, range: range)
      kind = !isKeyed ? .appended : isOrdered ? .ascending : .unordered
    }
    let run = runs[key] ?? OpenRun(files, slot: slot, range: key.range, order: kind)
    runs[key] = run
    try change(run) { try run.write(rows) }
    if run.hasOpenFile { try limitOpenFiles() }
  }

  func endRange(_ range: Int) throws {
    try close { $0.range == range }
  }

  func discardRange(_ range: Int) {
    for (key, run) in runs where key.range == range {
      runBytes -= run.heldBytes
      run.abandon()
      runs[key] = nil
    }
    delete(finished.filter { $0.range == range })
    finished.removeAll { $0.range == range }
  }

  func relieve(to target: Int) throws {
    // A file whose row group was ended still holds what its encoders need; only where that is too much, files end.
    for ease in [{ try $0.relieve() }, { try $0.close() }] as [(OpenRun<Files>) throws -> Void] {
      for run in runs.values.sorted(by: { $0.heldBytes > $1.heldBytes }) {
        if heldBytes <= target { return }
        try change(run) { try ease(run) }
      }
    }
    try inTable { try changes?.relieve(to: max(0, target - runBytes)) }
  }

  /// Tables with many partitions would run out of file descriptors: the largest files end first.
  private func limitOpenFiles() throws {
    guard runs.count > Self.mostOpenFiles else { return }
    let open = runs.values.filter(\.hasOpenFile)
    guard open.count > Self.mostOpenFiles else { return }
    for run in open.sorted(by: { $0.fileBytes > $1.fileBytes }).prefix(open.count - Self.mostOpenFiles) {
      try change(run) { try run.close() }
    }
  }

  private static var mostOpenFiles: Int { 64 }

  func prepareCommit() throws -> [PreparedFile] {
    try close { _ in true }
    let prepared = try finished.map { try files.prepared($0.file, range: $0.range) }
    finished = []
    return try prepared + inTable { try changes?.prepareCommit() ?? [] }
  }

  func abandon() {
    for run in runs.values { run.abandon() }
    runs = [:]
    runBytes = 0
    delete(finished)
    finished = []
    changes?.abandon()
  }

  private func close(_ isWanted: (RunKey) -> Bool) throws {
    for (key, run) in runs where isWanted(key) {
      try change(run) { try run.close() }
      runs[key] = nil
    }
  }

  /// Does `work` with `run`, then takes over its new files and keeps `runBytes` right.
  private func change(_ run: OpenRun<Files>, _ work: () throws -> Void) throws {
    let before = run.heldBytes
    defer {
      runBytes += run.heldBytes - before
      finished += run.takeFinished()
    }
    try inTable(work)
  }

  private func inTable<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as SluiceError {
      throw error.inTable(files.table)
    }
  }

  private func delete(_ gone: [FinishedFile<Files.File>]) {
    for file in gone { try? files.store.delete(file.path) }
  }
}

/// A durable file that was not handed over yet.
struct FinishedFile<File: SlotFile> {
  let range: Int?
  let path: String
  let file: File
}
