internal import SluiceCore
internal import Synchronization

/// One lane: writes the rows of its slots on a thread of its own, within its share of the memory budget.
final class LaneWorker {
  private let run: JobRun
  private let number: Int
  private let memory: Int
  private var writers: [Int: any TableWriter] = [:]
  private var writersMade = 0

  init(run: JobRun, number: Int, memory: Int) {
    self.run = run
    self.number = number
    self.memory = memory
  }

  func work() {
    do {
      while let message = run.lanes[number].pop() { try handle(message) }
    } catch {
      run.fail(error)
    }
    for writer in writers.values { writer.abandon() }
    writers = [:]
  }

  private func handle(_ message: LaneMessage) throws {
    switch message {
    case .rows(let table, let slot, let rows, let origin):
      try inTable(table) {
        try writer(of: table).write(rows, slot: slot, origin: origin)
        try relieve(table)
      }
    case .endRange(let table, let range):
      try inTable(table) { try writers[table]?.endRange(range) }
    case .discardRange(let table, let range):
      writers[table]?.discardRange(range)
    case .barrier(let checkpoint):
      try finishFiles(checkpoint)
    }
  }

  private func writer(of table: Int) throws -> any TableWriter {
    if let writer = writers[table] { return writer }
    writersMade += 1
    let options = TableWriterOptions(label: "\(run.label)-\(number)-\(writersMade)", targetFileSize: run.settings.targetFileSize)
    let writer = try run.tables[table].lake.makeWriter(options)
    writers[table] = writer
    return writer
  }

  /// Keeps the lane within its budget: first the writer that just grew, then the others.
  private func relieve(_ table: Int) throws {
    var held = writers.values.reduce(0) { $0 + $1.heldBytes }
    guard held > memory else { return }
    let target = memory * 3 / 4
    for (_, writer) in writers.sorted(by: { $0.value.heldBytes > $1.value.heldBytes }) where held > target {
      let before = writer.heldBytes
      try writer.relieve(to: max(before - (held - target), 0))
      held -= before - writer.heldBytes
    }
  }

  private func finishFiles(_ checkpoint: CheckpointID) throws {
    var files: [Int: [PreparedFile]] = [:]
    for (table, writer) in writers {
      try inTable(table) {
        let prepared = try writer.prepareCommit()
        guard !prepared.isEmpty else { return }
        files[table] = prepared
        run.fileBytes.add(prepared.reduce(0) { $0 + $1.byteCount }, ordering: .relaxed)
      }
    }
    writers = writers.filter { $0.value.heldBytes > 0 }
    run.barriers.update { $0[number] = LaneBarrier(checkpoint: checkpoint, files: files) }
  }

  private func inTable(_ table: Int, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as SluiceError {
      throw error.inTable(run.tables[table].plan.target.id)
    }
  }
}

/// A lane's answer to a barrier.
struct LaneBarrier: Sendable {
  let checkpoint: CheckpointID
  /// Finished files by table.
  let files: [Int: [PreparedFile]]
}
