internal import SluiceCore

/// Commits checkpoints of one writer identity to an Iceberg table.
final class IcebergCommitter: TableCommitter {
  let table: TableID
  let writer: WriterIdentity
  let publisher: IcebergPublisher
  private let mode: IcebergMode
  private let files: IcebergFiles
  private let schema: IcebergSchema
  private let ground: IcebergGround?

  init(
    table: TableID, schema: IcebergSchema, files: IcebergFiles, catalog: any IcebergCatalog, writer: WriterIdentity, mode: IcebergMode,
    ground: IcebergGround? = nil
  ) {
    self.ground = ground
    self.table = table
    self.schema = schema
    self.files = files
    self.writer = writer
    self.mode = mode
    publisher = IcebergPublisher(table: table, files: files, catalog: catalog, writer: writer)
  }

  func lastCommitted() throws -> CheckpointID? {
    try inTable { IcebergAccount(try publisher.load(), writer).lastCommitted }
  }

  func commit(_ prepared: [PreparedFile], replacing: Bool, checkpoint: CheckpointID, properties: [String: String]) throws {
    try inTable {
      var waitingList: String??
      var replaced: (files: [StoredFile], lists: [String]) = ([], [])
      let updates = IcebergAccount.updates(writer, checkpoint, state: properties[IcebergAccount.state])
      let kept = properties.filter { $0.key != IcebergAccount.state }
      let outcome = try publisher.publish(updates: updates) { state in
        try ground?.checkHistory(state.metadata)
        let account = IcebergAccount(state.metadata, writer)
        if let last = account.lastCommitted, last >= checkpoint { return nil }
        try ground?.check(state.metadata)
        let slots = IcebergSlots(state.metadata, schema)
        let change = try IcebergChange(prepared, slots)
        var draft = SnapshotDraft()
        draft.added = change.added
        draft.addedDeletes = change.deletes
        draft.isReplacing = replacing
        if !replacing { try delete(change, state, slots, &draft) }
        if replacing { for (file, rows) in change.deletions where change.names.contains(file.name) { draft.delete(rows, of: file) } }
        draft.operation = replacing || !draft.deletions.isEmpty || !draft.addedDeletes.isEmpty ? .overwrite : .append
        // The list is written once: what it follows can only be changed by this writer.
        let waiting =
          try waitingList ?? (replacing ? list(change.waiting, after: nil, state) : list(change.waiting, after: account.waitingList, state))
        waitingList = .some(waiting)
        draft.properties = IcebergAccount.properties(kept, writer, checkpoint, waiting: waiting)
        if replacing { replaced = try WaitingChanges.read(account.waitingList, files) }
        return draft
      }
      // Changes that waited for a table that is copied anew are void. A crash before this leaves them as orphans.
      guard outcome == .committed else { return }
      for path in replaced.files.map(\.path) + replaced.lists { try? files.store.delete(files.path(of: path)) }
    }
  }

  /// Merges the changes that wait into the table. Nothing else needs merging: data files may overlap.
  func consolidate(checkpoint: CheckpointID, memory: Int, scratch: String?) throws {
    try inTable {
      let metadata = try publisher.load()
      let account = IcebergAccount(metadata, writer)
      let (stored, lists) = try WaitingChanges.read(account.waitingList, files)
      guard !stored.isEmpty else { return }
      let options = TableWriterOptions(label: "merged", targetFileSize: IcebergTable.targetFileSize(of: metadata), isAligned: true, scratch: scratch)
      let own = try IcebergTableFiles(table: table, metadata: metadata, schema: schema, files: files, writer: writer, options: options)
      let changes = try mode.changeWriter(own, catalog: publisher.catalog, ground: ground, scratch: scratch)
      let waiting = try stored.map { try $0.file(own.slots) }
      let prepared: [PreparedFile]
      do {
        for file in waiting { try replay(file, own, changes, memory: memory) }
        prepared = try changes.prepareCommit()
      } catch {
        changes.abandon()
        throw error
      }
      let outcome = try publisher.publish { state in
        try ground?.check(state.metadata)
        let account = IcebergAccount(state.metadata, writer)
        if account.waitingList == nil { return nil }
        let change = try IcebergChange(prepared, own.slots)
        var draft = SnapshotDraft()
        draft.operation = .overwrite
        draft.added = change.added
        draft.addedDeletes = change.deletes
        try delete(change, state, own.slots, &draft)
        draft.properties = IcebergAccount.properties(account.kept, writer, account.lastCommitted ?? checkpoint, waiting: nil)
        draft.properties[IcebergAccount.step] = IcebergAccount.consolidation
        return draft
      }
      guard outcome != .open else { return }
      for file in waiting { own.discard(file) }
      for list in lists { try? files.store.delete(files.path(of: list)) }
    }
  }

  /// Hands the rows of a file of changes to `changes`, as the stream would.
  private func replay(_ file: IcebergFile, _ own: IcebergTableFiles, _ changes: any ChangeWriter, memory: Int) throws {
    let columns = Array(schema.fields.indices)
    let stream = try own.open(file, columns: columns, withSystemColumns: true, batchRows: 8192, dead: nil)
    while let batch = try stream.next() {
      let numbers = UnsafeBufferPointer(start: batch.columns[0].fixed(as: Int64.self), count: batch.rowCount)
      let kinds = UnsafeBufferPointer(start: batch.columns[1].fixed(as: UInt8.self), count: batch.rowCount)
      let rows = Batch(columns: Array(batch.columns.dropFirst(RunMerge.systemColumns)), rowCount: batch.rowCount)
      try changes.write(
        ChangeBatch(table: table, schemaVersion: 0, rows: rows, kinds: .each(Array(kinds)), sequence: .each(Array(numbers))), slot: file.slot)
      if changes.heldBytes > memory { try changes.relieve(to: memory / 2) }
    }
  }

  func removeOrphans(keeping: [PreparedFile]) throws -> Int {
    try inTable {
      let metadata = try publisher.load()
      let names = try IcebergChange(keeping, IcebergSlots(metadata, schema)).names
      return try IcebergOrphans(metadata: metadata, files: files, writer: writer).remove(keeping: names)
    }
  }

  /// What dies. Rows of files that somebody else has rewritten meanwhile are found again by their keys.
  private func delete(_ change: IcebergChange, _ state: IcebergState, _ slots: IcebergSlots, _ draft: inout SnapshotDraft) throws {
    guard !change.deletions.isEmpty else { return }
    guard change.bases != [state.snapshot?.id] else { return change.deletions.forEach { draft.delete($0.rows, of: $0.file) } }
    let live = try state.live(.data, publisher.cache, slots)
    let paths = Set(live.map(\.data.path)).union(change.added.map(\.data.path))
    var gone: [(file: IcebergFile, rows: RoaringBitmap)] = []
    for deletion in change.deletions {
      if paths.contains(deletion.file.data.path) { draft.delete(deletion.rows, of: deletion.file) } else { gone.append(deletion) }
    }
    guard !gone.isEmpty else { return }
    let own = try IcebergTableFiles(table: table, metadata: state.metadata, schema: schema, files: files)
    let keyFiles = try KeyFiles(own, scratch: nil)
    for (slot, died) in Dictionary(grouping: gone, by: \.file.slot) {
      let candidates = live.filter { $0.slot.partition == slot.partition && ($0.slot.bucket == slot.bucket || !$0.isSorted) }
      for (file, rows) in try keyFiles.deletions(died, in: candidates, isComplete: false) { draft.delete(rows, of: file) }
    }
  }

  /// The URI of the list of changes that wait after this commit.
  private func list(_ waiting: [StoredFile], after previous: String?, _ state: IcebergState) throws -> String? {
    if waiting.isEmpty { return previous }
    var root = try files.path(of: state.metadata.location)
    while root.count > 1 && root.hasSuffix("/") { root.removeLast() }
    let path = "\(root)/metadata/manifest-\(writer.id)-\(FileNames.token())-waiting.json"
    return try WaitingChanges.write(waiting, after: previous, to: path, files)
  }

  private func inTable<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }
}
