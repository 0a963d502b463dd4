internal import SluiceCore

/// An open Iceberg table under one version of its schema.
final class IcebergTable: LakeTable {
  let id: TableID
  let columns: [TargetTable.Column]
  let storageTypes: [DataType]
  private let metadata: TableMetadata
  private let schema: IcebergSchema
  private let files: IcebergFiles
  private let catalog: any IcebergCatalog
  private let mode: IcebergMode
  /// `nil` when it is open for reading only.
  private let writer: WriterIdentity?
  private let ground: IcebergGround?
  private let unmerged = UnmergedFiles()

  /// `metadata` is the table's as it was loaded just now, `schema` one of its schemas, which the table is opened under, without columns that are
  /// not the job's.
  init(
    id: TableID, metadata: TableMetadata, schema: IcebergSchema, files: IcebergFiles, catalog: any IcebergCatalog, writer: WriterIdentity?,
    mode: IcebergMode, ground: IcebergGround? = nil
  ) throws {
    self.ground = ground
    self.id = id
    self.metadata = metadata
    self.schema = schema
    self.files = files
    self.catalog = catalog
    self.writer = writer
    self.mode = mode
    let types = try IcebergLayout(schema, metadata).types
    storageTypes = types
    columns = zip(schema.fields, types).map { field, type in
      TargetTable.Column(name: field.name, type: type, isNullable: !field.isRequired, comment: field.doc ?? "")
    }
  }

  var schemaVersion: Int64 { Int64(schema.id) }

  /// The size at which a table's files end.
  static func targetFileSize(of metadata: TableMetadata) -> Int {
    metadata.properties["write.target-file-size-bytes"].flatMap { Int($0) } ?? 128 << 20
  }

  func refusal(of change: TargetChange, after changes: [TargetChange]) -> String? {
    var evolution = IcebergEvolution(schema, metadata)
    for earlier in changes { _ = evolution.refusal(applying: earlier) }
    return evolution.refusal(applying: change)
  }

  func evolve(_ changes: [TargetChange]) throws -> any LakeTable {
    try inTable {
      guard let next = try IcebergSchemaCommit(table: id, catalog: catalog, ground: ground).apply(changes, to: schema) else { return self }
      if let writer { try showSchema(by: writer) }
      return try IcebergTable(
        id: id, metadata: next.metadata, schema: next.schema, files: files, catalog: catalog, writer: writer, mode: mode, ground: ground)
    }
  }

  /// Some readers, iceberg-rust among them, show a table under the schema of its snapshot: one without changes shows them the new one.
  private func showSchema(by writer: WriterIdentity) throws {
    _ = try IcebergPublisher(table: id, files: files, catalog: catalog, writer: writer).publish { state in
      let account = IcebergAccount(state.metadata, writer)
      guard let snapshot = state.snapshot, snapshot.schemaID != state.metadata.currentSchemaID, let last = account.lastCommitted else { return nil }
      var draft = SnapshotDraft()
      draft.operation = .replace
      draft.properties = IcebergAccount.properties(account.kept, writer, last, waiting: account.waitingList)
      return draft
    }
  }

  func makeMaintenance(_ options: MaintenanceOptions) throws -> any TableMaintenance {
    IcebergMaintenance(table: id, files: files, catalog: catalog, writer: try identity(), options: options, unmerged: unmerged)
  }

  func makeRouter() throws -> any RowRouter {
    let slots = IcebergSlots(metadata, schema)
    let layout = try IcebergLayout(schema, metadata)
    return try IcebergPartitioning(metadata.defaultSpec(), schema)
      .router(buckets: layout.keys.isEmpty ? 1 : slots.buckets, keys: layout.keys)
  }

  func makeWriter(_ options: TableWriterOptions) throws -> any TableWriter {
    try inTable {
      let own = try IcebergTableFiles(table: id, metadata: metadata, schema: schema, files: files, writer: identity(), options: options)
      let isMarking = options.isAligned && !own.keys.isEmpty
      return RunWriter(own, changes: isMarking ? try mode.changeWriter(own, catalog: catalog, ground: ground, scratch: options.scratch) : nil)
    }
  }

  func makeCommitter() throws -> any TableCommitter {
    IcebergCommitter(table: id, schema: schema, files: files, catalog: catalog, writer: try identity(), mode: mode, ground: ground)
  }

  func makeReader(columns: [String]?, limit: Int?) throws -> any TableReader {
    try inTable {
      guard let metadata = try catalog.load(id)?.metadata else { throw SluiceError(.targetMissing, "no such Iceberg table") }
      return try IcebergReader(table: id, metadata: metadata, schema: schema, files: files, columns: columns, limit: limit)
    }
  }

  func summary() throws -> TableSummary {
    try inTable {
      guard let metadata = try catalog.load(id)?.metadata else { throw SluiceError(.targetMissing, "no such Iceberg table") }
      let owner = metadata.properties[IcebergAccount.writer]
      guard let snapshot = metadata.currentSnapshot else {
        return TableSummary(
          snapshot: nil, fileCount: 0, byteCount: 0, rowCount: 0, properties: owner.map { [IcebergAccount.writer: $0] } ?? [:])
      }
      let state = try IcebergState(metadata, files)
      let live = try state.live(.data, ManifestCache(files), IcebergSlots(metadata, schema))
      // Another engine's snapshot says nothing of the job.
      let own = metadata.ancestors(of: snapshot).first { $0.summary[IcebergAccount.writer] != nil }
      var properties = (own ?? snapshot).summary.filter { !IcebergAccount.isFigure($0.key) }
      if let state = IcebergAccount.state(metadata, of: properties) { properties[IcebergAccount.state] = state }
      return TableSummary(
        snapshot: snapshot.id, fileCount: live.count, byteCount: live.reduce(0) { $0 + $1.byteCount },
        rowCount: live.reduce(0) { $0 + $1.rowCount }, properties: properties)
    }
  }

  private func identity() throws -> WriterIdentity {
    guard let writer else { throw SluiceError(.defect, "the table was opened for reading", at: .init(table: id)) }
    return writer
  }

  private func inTable<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as SluiceError {
      throw error.inTable(id)
    }
  }
}
