internal import SluiceCore
internal import Synchronization

/// One lane: writes the rows of its slots on a thread of its own, within its share of the memory budget.
final class LaneWorker {
  private let run: JobRun
  private let number: Int
  private let memory: Int
  private var writers: [Key: Open] = [:]
  private var writersMade = 0
  private var barriers = 0

  /// A writer writes for one version of one target, whichever tables the rows come from.
  private struct Key: Hashable {
    let target: Int
    let lake: ObjectIdentifier
    let isAligned: Bool
  }

  private struct Open {
    let lake: any LakeTable
    let writer: any TableWriter
    /// The number of barriers when it last got rows.
    var lastUse: Int
  }

  /// A writer of an aligned table knows where its keys are, and is kept for so many checkpoints without rows.
  private static let idleBarriers = 20

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
    for open in writers.values { open.writer.abandon() }
    writers = [:]
  }

  private func handle(_ message: LaneMessage) throws {
    switch message {
    case .rows(let number, let target, let slot, let rows, let origin):
      try inTarget(target.lake.id) {
        try writer(number, target).write(rows, slot: slot, origin: origin)
        try relieve()
      }
    case .endRange(let number, let range):
      for open in writers(of: number) { try inTarget(open.lake.id) { try open.writer.endRange(range) } }
    case .discardRange(let number, let range):
      for open in writers(of: number) { open.writer.discardRange(range) }
    case .discardTarget(let number):
      for (key, open) in writers where key.target == number {
        open.writer.abandon()
        writers[key] = nil
      }
    case .barrier(let checkpoint):
      try finishFiles(checkpoint)
    }
  }

  private func writer(_ number: Int, _ target: TableTarget) throws -> any TableWriter {
    let key = Key(target: number, lake: ObjectIdentifier(target.lake), isAligned: target.isAligned)
    if let open = writers[key] {
      if open.lastUse != barriers { writers[key]?.lastUse = barriers }
      return open.writer
    }
    // Writers that place changes for good look keys up among what is committed, and do not know of each other's rows.
    if target.isAligned, writers.contains(where: { $0.key.target == number && $0.key.isAligned && $0.value.lastUse == barriers }) {
      throw SluiceError(.defect, "two versions of the target get rows between two checkpoints")
    }
    writersMade += 1
    let options = TableWriterOptions(
      label: "\(run.label)-\(self.number)-\(writersMade)", targetFileSize: run.settings.targetFileSize, isAligned: target.isAligned,
      scratch: "\(run.settings.state)/scratch")
    let writer = try target.lake.makeWriter(options)
    writers[key] = Open(lake: target.lake, writer: writer, lastUse: barriers)
    return writer
  }

  private func writers(of target: Int) -> [Open] {
    writers.filter { $0.key.target == target }.map(\.value)
  }

  /// Keeps the lane within its budget, largest holders first.
  private func relieve() throws {
    var held = writers.values.reduce(0) { $0 + $1.writer.heldBytes }
    guard held > memory else { return }
    let target = memory * 3 / 4
    for open in writers.values.sorted(by: { $0.writer.heldBytes > $1.writer.heldBytes }) where held > target {
      let before = open.writer.heldBytes
      try open.writer.relieve(to: max(before - (held - target), 0))
      held -= before - open.writer.heldBytes
    }
  }

  private func finishFiles(_ checkpoint: CheckpointID) throws {
    barriers += 1
    var files: [Int: [PreparedFile]] = [:]
    for (key, open) in writers {
      try inTarget(open.lake.id) {
        let prepared = try open.writer.prepareCommit()
        guard !prepared.isEmpty else { return }
        files[key.target, default: []] += prepared
        run.fileBytes.add(prepared.reduce(0) { $0 + $1.byteCount }, ordering: .relaxed)
      }
    }
    writers = writers.filter { key, open in
      guard key.isAligned else { return open.writer.heldBytes > 0 }
      // One that looked keys up before the target was opened for a history again does not know what came since.
      let target = run.tables.find(target: open.lake.id).first?.target
      guard let target, target.lake === open.lake, target.isAligned else { return false }
      return open.writer.heldBytes > 0 || barriers - open.lastUse <= Self.idleBarriers
    }
    run.barriers.update { $0[number] = LaneBarrier(checkpoint: checkpoint, files: files) }
  }

  private func inTarget(_ target: TableID, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as SluiceError {
      throw error.inTable(target)
    }
  }
}

/// A lane's answer to a barrier.
struct LaneBarrier: Sendable {
  let checkpoint: CheckpointID
  /// Finished files by the numbers of their targets.
  let files: [Int: [PreparedFile]]
}
