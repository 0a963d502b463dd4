internal import SluiceCore
internal import Synchronization

/// The committers of a run's tables, made when they are first needed, and anew when a table's target is another one. Confined to one thread,
/// which may let others commit while it waits.
final class TableCommitters {
  private let tables: TableSet
  private var committers: [TableID: (lake: any LakeTable, committer: any TableCommitter)] = [:]
  /// Thousands of them would hold memory.
  private static let most = 256

  init(_ tables: TableSet) {
    self.tables = tables
  }

  private func committer(of table: TableID) throws -> any TableCommitter {
    guard let lake = tables.find(target: table).first?.target.lake else {
      throw SluiceError(.stateForeign, "the state names a target that the spec no longer has", at: .init(table: table))
    }
    if let known = committers[table], known.lake === lake { return known.committer }
    if committers.count >= Self.most { committers = [:] }
    let committer = try lake.makeCommitter()
    committers[table] = (lake, committer)
    return committer
  }

  /// Commits each table, several at a time: a commit waits for the disk most of the time. The first error is thrown when all are done or given up.
  func commit(_ pending: [Checkpoint.PendingCommit], checkpoint: CheckpointID, _ isDone: @escaping @Sendable () -> Void) throws {
    let work = try pending.map { pending in
      Work(pending: pending, committer: try inTable(pending.target) { $0 })
    }
    let next = Atomic<Int>(0)
    let failure = Mutex<(any Error)?>(nil)
    func run() {
      while failure.withLock({ $0 == nil }) {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < work.count else { return }
        do {
          try work[index].commit(checkpoint)
          isDone()
        } catch {
          failure.withLock { if $0 == nil { $0 = error } }
        }
      }
    }
    let crew = Crew(run)
    let threads = (1..<max(1, min(Self.threads, work.count))).map { number in WorkerThread(name: "commit \(number)") { crew.work() } }
    run()
    for thread in threads { thread.join() }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private static let threads = 6

  /// What the threads of one call do. Unchecked because the closure refers to local state of the call; safe because that state is behind
  /// locks, each committer is taken by one thread, and the call ends after its threads.
  private struct Crew: @unchecked Sendable {
    let work: () -> Void

    init(_ work: @escaping () -> Void) {
      self.work = work
    }
  }

  private struct Work {
    let pending: Checkpoint.PendingCommit
    let committer: any TableCommitter

    func commit(_ checkpoint: CheckpointID) throws {
      do {
        try committer.commit(pending.files, replacing: pending.isReplacing ?? false, checkpoint: checkpoint, properties: pending.properties)
      } catch let error as SluiceError {
        throw error.inTable(pending.target)
      }
    }
  }

  func consolidate(_ table: TableID, checkpoint: CheckpointID, memory: Int, scratch: String) throws {
    try inTable(table) { try $0.consolidate(checkpoint: checkpoint, memory: memory, scratch: scratch) }
  }

  func inTable<Result>(_ table: TableID, _ body: (any TableCommitter) throws -> Result) throws -> Result {
    do {
      return try body(try committer(of: table))
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }
}
