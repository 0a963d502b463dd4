internal import SluiceCore

/// Makes and opens Iceberg tables.
struct IcebergFormat: LakeFormat {
  private let catalog: any IcebergCatalog
  private let stores: StoreRegistry
  private let options: IcebergOptions

  init(catalog: any IcebergCatalog, stores: StoreRegistry, options: IcebergOptions) {
    self.catalog = catalog
    self.stores = stores
    self.options = options
  }

  func storage(of type: DataType) -> LakeType { IcebergTypes.storage(of: type, formatVersion: options.formatVersion) }

  func preflight() -> [Finding] { catalog.preflight() }

  func describe(_ target: TargetTable) -> String {
    IcebergDesign(target, options: options).statement
  }

  func check(_ target: TargetTable) throws { try IcebergDesign(target, options: options).check() }

  func openOrCreate(_ target: TargetTable, writer: WriterIdentity, schemaVersion: Int64?) throws -> any LakeTable {
    do {
      let design = IcebergDesign(target, options: options)
      try design.check()
      let metadata = try metadata(of: design, writer: schemaVersion == nil ? writer : nil)
      let schema = try opened(schemaVersion, of: metadata, target)
      try IcebergComparison(design: design).check(metadata, schema)
      try refuseForeign(metadata, writer: writer)
      let ground = try IcebergGround(metadata, opened: schema, writer: writer)
      return try table(target.id, metadata, schema, writer: writer, ground)
    } catch let error as SluiceError {
      throw error.inTable(target.id)
    }
  }

  func open(_ table: TableID) throws -> any LakeTable {
    do {
      guard let metadata = try catalog.load(table)?.metadata else { throw SluiceError(.targetMissing, "no such Iceberg table") }
      return try self.table(table, metadata, metadata.currentSchema(), writer: nil)
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }

  /// A crash on the way leaves a table without rows that can be read, and dropped again.
  func drop(_ table: TableID) throws {
    do {
      guard let metadata = try catalog.load(table)?.metadata else { return }
      try empty(table, metadata)
      let files = try files(of: metadata)
      let root = try files.path(of: metadata.location)
      func isMetadata(_ path: String) -> Bool { path.hasSuffix(".metadata.json") || path.hasSuffix("/version-hint.text") }
      for object in try files.store.list(root) where !isMetadata(object.path) { try files.store.delete(object.path) }
      try catalog.drop(table)
      for object in try files.store.list(root) { try files.store.delete(object.path) }
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }

  /// Takes all snapshots away.
  private func empty(_ table: TableID, _ metadata: TableMetadata) throws {
    if metadata.snapshots.isEmpty { return }
    let updates = metadata.references.keys.sorted().map { TableUpdate.removeReference($0) } + [.removeSnapshots(metadata.snapshots.map(\.id))]
    switch try catalog.commit(table, requirements: [.uuid(metadata.uuid)], updates: updates) {
    case .committed: return
    case .conflict(let why): throw SluiceError(.targetConflict, "the table cannot be dropped: \(why)")
    case .unknown(let error): throw error
    }
  }

  /// The job's columns in the schema under which it wrote last, or the newest one for a job that begins.
  private func opened(_ version: Int64?, of metadata: TableMetadata, _ target: TargetTable) throws -> IcebergSchema {
    guard let version else { return try metadata.currentSchema() }
    // Schemas that no snapshot refers to may be removed by anybody.
    let schema = try metadata.schemas.first { $0.id == Int(version) } ?? metadata.currentSchema()
    return schema.only(target.columns.map(\.name))
  }

  private func table(
    _ id: TableID, _ metadata: TableMetadata, _ schema: IcebergSchema, writer: WriterIdentity?, _ ground: IcebergGround? = nil
  ) throws -> IcebergTable {
    try IcebergTable(
      id: id, metadata: metadata, schema: schema, files: files(of: metadata), catalog: catalog, writer: writer, mode: options.mode, ground: ground)
  }

  private func files(of metadata: TableMetadata) throws -> IcebergFiles {
    // `file:/path`, as some writers have it, is a path.
    let isShort = metadata.location.hasPrefix("file:/") && !metadata.location.hasPrefix("file://")
    let location = isShort ? String(metadata.location.dropFirst("file:".count)) : metadata.location
    return IcebergFiles(store: try stores.open(location).store, warehouse: location)
  }

  /// Without a `writer` the table must be there.
  private func metadata(of design: IcebergDesign, writer: WriterIdentity?) throws -> TableMetadata {
    if let known = try catalog.load(design.target.id)?.metadata { return known }
    guard let writer else { throw SluiceError(.targetMissing, "the Iceberg table that was written before is gone") }
    try catalog.createNamespace(design.target.id.database)
    do {
      return try catalog.create(design.target.id, design.creation(writer)).metadata
    } catch let error as SluiceError where error.kind == .targetConflict {
      // Of two that create at the same time the loser takes what the winner made.
      guard let made = try catalog.load(design.target.id)?.metadata else { throw error }
      return made
    }
  }

  private func refuseForeign(_ metadata: TableMetadata, writer: WriterIdentity) throws {
    guard let current = metadata.currentSnapshot else { return }
    let account = IcebergAccount(metadata, writer)
    if account.snapshot != nil || account.lastCommitted != nil { return }
    let rows = current.summary["total-records"].map { "\($0) rows" } ?? "rows"
    let owner = current.summary[IcebergAccount.writer].map { " written by \($0)" } ?? ""
    throw SluiceError(
      .targetConflict, "the table already holds \(rows) in snapshot \(current.id)\(owner)", at: .init(path: metadata.location),
      remedy: "use another target or drop it")
  }
}
