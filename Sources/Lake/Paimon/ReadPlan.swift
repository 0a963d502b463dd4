internal import SluiceCore

/// Which files of a snapshot are read how.
struct ReadPlan {
  enum Part {
    /// As it is.
    case raw(ManifestEntry)
    /// Sorted runs that share key ranges.
    case merged([[ManifestEntry]])
  }

  let parts: [Part]
  /// Rows that the files still have although they are deleted.
  let vectors: DeletionVectors

  init(schema: TableSchema, files: MetadataFiles) throws {
    guard let snapshot = try files.latestSnapshot() else {
      parts = []
      vectors = DeletionVectors()
      return
    }
    let live = try files.liveFiles(of: snapshot)
    if let file = live.first(where: { $0.file.writeColumns != nil }) {
      throw SluiceError(.targetDamaged, "a data file holds some of the columns only, which is not supported", at: .init(path: file.file.fileName))
    }
    vectors = try snapshot.indexManifest.map { try DeletionVectors(files, manifest: $0) } ?? DeletionVectors()
    let isMerging = schema.options["deletion-vectors.merge-on-read"]?.lowercased() == "true"
    if schema.primaryKeys.isEmpty || schema.hasDeletionVectors && !isMerging {
      // With deletion vectors, level 0 waits for the compaction that turns its changes into vectors.
      parts = live.filter { schema.primaryKeys.isEmpty || $0.file.level > 0 }.sorted { $0.file.minSequence < $1.file.minSequence }.map { .raw($0) }
    } else {
      parts = try Self.merging(live, schema)
    }
  }

  private static func merging(_ live: [ManifestEntry], _ schema: TableSchema) throws -> [Part] {
    let types = try schema.dataTypes()
    let keyTypes = try schema.indexes(of: schema.trimmedKeys).map { types[$0] }
    let sections = KeySections(keyCount: keyTypes.count)
    var parts: [Part] = []
    for slotFiles in Dictionary(grouping: live, by: \.slot).values {
      for section in sections.sections(of: try slotFiles.map { try KeyedFile($0, keyTypes: keyTypes) }) {
        if section.count == 1, section[0].entry.file.deleteRowCount == 0 {
          parts.append(.raw(section[0].entry))
        } else {
          try check(schema)
          parts.append(.merged(sections.runs(of: section).map { $0.map(\.entry) }))
        }
      }
    }
    return parts
  }

  /// Rows of one key can be merged only when the newest simply wins.
  private static func check(_ schema: TableSchema) throws {
    let engine = schema.options["merge-engine"] ?? "deduplicate"
    guard engine == "deduplicate" else { throw SluiceError(.targetDamaged, "the merge engine \(engine) is not supported") }
    guard schema.options["sequence.field"] == nil else { throw SluiceError(.targetDamaged, "a sequence field is not supported") }
  }
}
