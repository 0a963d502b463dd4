internal import SluiceCore

/// Makes and opens Paimon tables.
struct PaimonFormat: LakeFormat {
  private let store: any ObjectStore
  private let catalog: any Catalog
  private let options: PaimonOptions

  init(store: any ObjectStore, warehouse: String, options: PaimonOptions) {
    self.store = store
    catalog = FileSystemCatalog(store: store, warehouse: warehouse)
    self.options = options
  }

  func storage(of type: DataType) -> LakeType { PaimonTypes.storage(of: type) }

  func describe(_ target: TargetTable) -> String {
    TableDesign(target, options: options).statement
  }

  func check(_ target: TargetTable) throws { try TableDesign(target, options: options).check() }

  func openOrCreate(_ target: TargetTable, writer: WriterIdentity, schemaVersion: Int64?) throws -> any LakeTable {
    do {
      let design = TableDesign(target, options: options)
      try design.check()
      try catalog.createDatabase(target.id.database)
      let folder = try location(of: design, writer: schemaVersion == nil ? writer : nil)
      let files = MetadataFiles(store: store, root: folder)
      let schema = try schemaVersion.map { try files.schema($0) } ?? files.latestSchema()
      try TableComparison(design: design).check(schema)
      try refuseForeign(files, target.id, writer: writer)
      return try PaimonTable(id: target.id, schema: schema, files: files, catalog: catalog, writer: writer)
    } catch let error as SluiceError {
      throw error.inTable(target.id)
    }
  }

  func open(_ table: TableID) throws -> any LakeTable {
    guard let folder = try catalog.location(of: table) else {
      throw SluiceError(.targetMissing, "no such Paimon table", at: .init(table: table))
    }
    let files = MetadataFiles(store: store, root: folder)
    return try PaimonTable(id: table, schema: try files.latestSchema(), files: files, catalog: catalog, writer: nil)
  }

  func drop(_ table: TableID) throws {
    guard let folder = try catalog.location(of: table) else { return }
    do {
      try TableDrop(files: MetadataFiles(store: store, root: folder)).run()
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }

  /// Without a `writer` the table must be there.
  private func location(of design: TableDesign, writer: WriterIdentity?) throws -> String {
    if let folder = try catalog.location(of: design.target.id) { return folder }
    guard let writer else { throw SluiceError(.targetMissing, "the Paimon table that was written before is gone") }
    return try create(design, writer)
  }

  /// Of two that create at the same time the loser takes what the winner made.
  private func create(_ design: TableDesign, _ writer: WriterIdentity) throws -> String {
    do {
      return try catalog.createTable(design.target.id, metadata: try design.schema(writer).encoded())
    } catch let error as SluiceError where error.kind == .targetConflict {
      guard let folder = try catalog.location(of: design.target.id) else { throw error }
      return folder
    }
  }

  private func refuseForeign(_ files: MetadataFiles, _ id: TableID, writer: WriterIdentity) throws {
    guard let latest = try files.latestSnapshot() else { return }
    for number in try files.snapshotIDs().reversed() {
      if try files.snapshot(number)?.commitUser == writer.id { return }
    }
    throw SluiceError(
      .targetConflict,
      "the table already holds \(latest.totalRecordCount.map { "\($0) rows" } ?? "rows") in snapshot \(latest.id) written by \(latest.commitUser)",
      at: .init(path: files.paths.root), remedy: "use another target or drop it")
  }
}
