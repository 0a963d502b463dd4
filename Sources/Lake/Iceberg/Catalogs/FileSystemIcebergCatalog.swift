internal import SluiceCore

/// A catalog without a server, in the layout of Hadoop tables: version `N` of a table is the file `metadata/vN.metadata.json` of its folder,
/// which only one writer can make. `version-hint.text` says where to begin to look, and may lag behind.
struct FileSystemIcebergCatalog: IcebergCatalog {
  private static let suffix = ".metadata.json"

  private let files: IcebergFiles
  private let folders: TableFolder
  private let commit: MetadataCommit

  private var store: any ObjectStore { files.store }

  /// `warehouse` is a path of the store.
  init(files: IcebergFiles, warehouse: String) {
    self.files = files
    folders = TableFolder(warehouse: warehouse)
    commit = MetadataCommit(files: files)
  }

  /// A namespace's folder comes with its first table, so there is nothing to make.
  func createNamespace(_ name: String) throws {}

  func namespaces() throws -> [String] {
    try store.names(in: folders.warehouse).filter { !$0.hasPrefix(".") }.map { TableFolder.decoded($0) }.sorted()
  }

  func tables(in namespace: String) throws -> [TableID] {
    try store.names(in: folders.namespace(namespace)).filter { !$0.hasPrefix(".") }
      .map { TableID(database: namespace, name: TableFolder.decoded($0)) }.filter { try !versions(of: $0).isEmpty }.sorted()
  }

  func load(_ table: TableID) throws -> LoadedTable? {
    try newest(of: table)?.table
  }

  func create(_ table: TableID, _ creation: TableCreation) throws -> LoadedTable {
    let metadata = try MetadataCommit.first(creation, location: files.uri(of: folders.table(table)))
    guard try newest(of: table) == nil, try store.createIfAbsent(metadata.encoded(), at: path(of: table, version: 1)) else {
      throw SluiceError(.targetConflict, "the table was made by somebody else just now", at: .init(table: table))
    }
    try store.write(Array("1".utf8), to: hint(of: table))
    return LoadedTable(metadata: metadata, metadataLocation: files.uri(of: path(of: table, version: 1)))
  }

  func commit(_ table: TableID, requirements: [TableRequirement], updates: [TableUpdate]) throws -> CommitOutcome {
    for _ in 0..<MetadataCommit.attempts {
      guard let (version, current) = try newest(of: table) else { return .conflict("there is no such table") }
      let next = try MetadataCommit.next(after: current, requirements: requirements, updates: updates)
      guard let metadata = next.metadata else { return .conflict(next.refusal) }
      guard metadata.location == current.metadata.location else {
        throw SluiceError(.targetConflict, "a table of the file system cannot move", at: .init(table: table))
      }
      let path = path(of: table, version: version + 1)
      do {
        guard try store.createIfAbsent(metadata.encoded(), at: path) else { continue }
      } catch let error as SluiceError where error.kind == .storageFailed {
        return .unknown(error)
      }
      // Old versions are removed in order. When this one's base is gone, its number may have been taken and freed again while nobody looked here.
      guard try store.read(self.path(of: table, version: version)) != nil else {
        return .unknown(SluiceError(.targetConflict, "the table has moved on while version \(version + 1) was written", at: .init(table: table)))
      }
      try store.write(Array("\(version + 1)".utf8), to: hint(of: table))
      commit.removeOld(before: current.metadata, after: metadata)
      return .committed(LoadedTable(metadata: metadata, metadataLocation: files.uri(of: path)))
    }
    return .conflict("other writers were faster each time")
  }

  func drop(_ table: TableID) throws {
    // The newest goes last: whoever comes in between sees the table or none, but no older state of it.
    try store.delete(hint(of: table))
    for version in try versions(of: table).sorted() { try store.delete(path(of: table, version: version)) }
  }

  private func newest(of table: TableID) throws -> (version: Int, table: LoadedTable)? {
    // A version that was found may be cleaned up before it is read, when commits go on.
    for _ in 0..<MetadataCommit.attempts {
      let hinted = try hintedVersion(of: table)
      var version = hinted ?? 0
      var found = try hinted.flatMap { try store.read(path(of: table, version: $0)) }
      if found == nil {
        // No hint, or one that is older than anything that is left.
        guard let newest = try versions(of: table).max() else {
          try refuseOthers(table)
          return nil
        }
        version = newest
        found = try store.read(path(of: table, version: newest))
      }
      guard var bytes = found else { continue }
      while let next = try store.read(path(of: table, version: version + 1)) {
        bytes = next
        version += 1
      }
      // A crash may have come between a commit and its hint, and readers without a catalog begin there.
      if hinted != version { try? store.write(Array("\(version)".utf8), to: hint(of: table)) }
      let file = path(of: table, version: version)
      return (version, LoadedTable(metadata: try TableMetadata.decoded(bytes, path: file), metadataLocation: files.uri(of: file)))
    }
    throw SluiceError(.targetConflict, "the table changes faster than it can be read", at: .init(table: table))
  }

  private func hintedVersion(of table: TableID) throws -> Int? {
    try store.read(hint(of: table)).flatMap { Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) }
  }

  private func versions(of table: TableID) throws -> [Int] {
    try store.names(in: folder(of: table)).compactMap { name in
      name.hasPrefix("v") && name.hasSuffix(Self.suffix) ? Int(name.dropFirst().dropLast(Self.suffix.count)) : nil
    }
  }

  /// A folder with the metadata of another catalog must not be taken for an empty one.
  private func refuseOthers(_ table: TableID) throws {
    guard let other = try store.names(in: folder(of: table)).first(where: { $0.hasSuffix(Self.suffix) || $0.hasSuffix(".metadata.json.gz") }) else {
      return
    }
    throw SluiceError(
      .targetConflict, "the folder holds an Iceberg table of another catalog: \(other)", at: .init(table: table, path: folder(of: table)),
      remedy: "name that catalog in sink.catalog, or use another warehouse")
  }

  private func folder(of table: TableID) -> String { "\(folders.table(table))/metadata" }

  private func path(of table: TableID, version: Int) -> String { "\(folder(of: table))/v\(version)\(Self.suffix)" }

  private func hint(of table: TableID) -> String { "\(folder(of: table))/version-hint.text" }
}
