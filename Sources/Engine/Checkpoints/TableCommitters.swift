internal import SluiceCore

/// The committers of a run's tables, made when they are first needed, and anew when a table's target is another one. Confined to one thread.
final class TableCommitters {
  private let tables: TableSet
  private var committers: [TableID: (lake: any LakeTable, committer: any TableCommitter)] = [:]
  /// Thousands of them would hold memory.
  private static let most = 256

  init(_ tables: TableSet) {
    self.tables = tables
  }

  private func committer(of table: TableID) throws -> any TableCommitter {
    guard let lake = tables.find(target: table)?.target.lake else {
      throw SluiceError(.stateForeign, "the state names a target that the spec no longer has", at: .init(table: table))
    }
    if let known = committers[table], known.lake === lake { return known.committer }
    if committers.count >= Self.most { committers = [:] }
    let committer = try lake.makeCommitter()
    committers[table] = (lake, committer)
    return committer
  }

  func commit(_ pending: Checkpoint.PendingCommit, checkpoint: CheckpointID) throws {
    try inTable(pending.target) {
      try $0.commit(pending.files, replacing: pending.isReplacing ?? false, checkpoint: checkpoint, properties: pending.properties)
    }
  }

  func consolidate(_ table: TableID, checkpoint: CheckpointID, memory: Int) throws {
    try inTable(table) { try $0.consolidate(checkpoint: checkpoint, memory: memory) }
  }

  func inTable<Result>(_ table: TableID, _ body: (any TableCommitter) throws -> Result) throws -> Result {
    do {
      return try body(try committer(of: table))
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }
}
