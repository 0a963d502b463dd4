internal import SluiceCore

/// The committers of a run's tables, made when they are first needed. Confined to one thread.
final class TableCommitters {
  private let tables: [TableID: any LakeTable]
  private var committers: [TableID: any TableCommitter] = [:]

  init(_ tables: [TableRun]) {
    self.tables = Dictionary(tables.map { ($0.plan.target.id, $0.lake) }) { first, _ in first }
  }

  subscript(_ table: TableID) -> any TableCommitter {
    get throws {
      if let committer = committers[table] { return committer }
      guard let lake = tables[table] else {
        throw SluiceError(.stateForeign, "the state names a target that the spec no longer has", at: .init(table: table))
      }
      let committer = try lake.makeCommitter()
      committers[table] = committer
      return committer
    }
  }

  func commit(_ pending: Checkpoint.PendingCommit, checkpoint: CheckpointID) throws {
    try inTable(pending.target) {
      try $0.commit(pending.files, replacing: pending.isReplacing ?? false, checkpoint: checkpoint, properties: pending.properties)
    }
  }

  func consolidate(_ table: TableID, checkpoint: CheckpointID, memory: Int) throws {
    try inTable(table) { try $0.consolidate(checkpoint: checkpoint, memory: memory) }
    // A table that is aligned is not needed again in this run; thousands of them would hold memory.
    committers[table] = nil
  }

  func inTable<Result>(_ table: TableID, _ body: (any TableCommitter) throws -> Result) throws -> Result {
    do {
      return try body(try self[table])
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }
}
