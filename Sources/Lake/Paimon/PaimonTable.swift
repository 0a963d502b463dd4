internal import SluiceCore

/// An open Paimon table under the schema that was newest when it was opened.
final class PaimonTable: LakeTable {
  let id: TableID
  let columns: [TargetTable.Column]
  let storageTypes: [DataType]
  private let schema: TableSchema
  private let files: MetadataFiles
  private let catalog: any Catalog
  /// `nil` when it is open for reading only.
  private let writer: WriterIdentity?

  init(id: TableID, schema: TableSchema, files: MetadataFiles, catalog: any Catalog, writer: WriterIdentity?) throws {
    self.id = id
    self.schema = schema
    self.files = files
    self.catalog = catalog
    self.writer = writer
    let types = try schema.dataTypes()
    storageTypes = types
    columns = zip(schema.fields, types).map { field, type in
      TargetTable.Column(name: field.name, type: type, isNullable: field.type.isNullable, comment: field.description ?? "")
    }
  }

  var schemaVersion: Int64 { schema.id }

  func refusal(of change: TargetChange, after changes: [TargetChange]) -> String? {
    var evolution = SchemaEvolution(schema)
    for earlier in changes { _ = evolution.refusal(applying: earlier) }
    return evolution.refusal(applying: change)
  }

  func evolve(_ changes: [TargetChange]) throws -> any LakeTable {
    do {
      let next = try SchemaCommit(table: id, files: files).apply(changes, to: schema)
      return next.id == schema.id ? self : try PaimonTable(id: id, schema: next, files: files, catalog: catalog, writer: writer)
    } catch let error as SluiceError {
      throw error.inTable(id)
    }
  }

  func owesFills() throws -> Bool {
    let debt = try FileDebt(schema)
    guard !debt.isEmpty, let snapshot = try files.latestSnapshot() else { return false }
    return try files.liveFiles(of: snapshot).contains { debt.isOwed(by: $0.file) }
  }

  func makeMaintenance(_ options: MaintenanceOptions) throws -> any TableMaintenance {
    try PaimonMaintenance(table: id, files: files, catalog: catalog, writer: identity(), options: options)
  }

  func makeRouter() throws -> any RowRouter {
    try SlotRouter(schema)
  }

  func makeWriter(_ options: TableWriterOptions) throws -> any TableWriter {
    let own = try PaimonFiles(table: id, schema: schema, files: files, writer: identity(), options: options)
    let isMarking = schema.isMergeOnWrite && options.isAligned
    return RunWriter(own, changes: isMarking ? try MergeOnWriteWriter(own, view: PaimonView(own), scratch: options.scratch) : nil)
  }

  func makeCommitter() throws -> any TableCommitter {
    try PaimonCommitter(table: id, schema: schema, files: files, catalog: catalog, writer: identity())
  }

  func makeReader(columns: [String]?, limit: Int?) throws -> any TableReader {
    try PaimonReader(table: id, schema: schema, files: files, columns: columns, limit: limit)
  }

  func summary() throws -> TableSummary {
    guard let snapshot = try files.latestSnapshot() else {
      let owner = schema.options[TableDesign.ownerOption]
      return TableSummary(snapshot: nil, fileCount: 0, byteCount: 0, rowCount: 0, properties: owner.map { [TableDesign.ownerOption: $0] } ?? [:])
    }
    let live = try files.liveFiles(of: snapshot)
    return TableSummary(
      snapshot: snapshot.id, fileCount: live.count, byteCount: live.reduce(0) { $0 + $1.file.fileSize },
      rowCount: live.reduce(0) { $0 + $1.file.rowCount }, properties: snapshot.properties ?? [:])
  }

  private func identity() throws -> WriterIdentity {
    guard let writer else { throw SluiceError(.defect, "the table was opened for reading", at: .init(table: id)) }
    return writer
  }
}
