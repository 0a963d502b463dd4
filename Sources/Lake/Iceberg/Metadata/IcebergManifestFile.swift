internal import SluiceCore
internal import SluiceFormats

/// A manifest: a list of files of one partition spec and of one content (Iceberg specification, manifests).
enum IcebergManifestFile {
  /// What a manifest says of itself.
  struct Header: Sendable {
    let schema: IcebergSchema
    let spec: PartitionSpec
    /// Of the values of a partition.
    let types: [IcebergType]
    let formatVersion: Int
    let content: IcebergManifest.Content

    /// Of a new manifest of `metadata`'s table.
    init(_ metadata: TableMetadata, spec: PartitionSpec, content: IcebergManifest.Content) throws {
      schema = try metadata.currentSchema()
      self.spec = spec
      types = try metadata.partitionTypes(spec)
      formatVersion = metadata.formatVersion
      self.content = content
    }
  }

  /// The bytes of a manifest. Entries must be of the header's content and spec.
  static func encode(_ entries: some Sequence<IcebergManifestEntry>, _ header: Header) throws -> [UInt8] {
    let schema = try IcebergAvro.manifest(header.spec, types: header.types, formatVersion: header.formatVersion)
    let coder = ManifestEntryCoder(header.spec, types: header.types, formatVersion: header.formatVersion)
    return try AvroFile.encode(
      schema: schema, records: entries.map { try coder.value($0) }, codec: .deflate,
      metadata: [
        "schema": JSONText.compact(header.schema.json), "schema-id": String(header.schema.id),
        "partition-spec": JSONText.compact(header.spec.fieldsJSON), "partition-spec-id": String(header.spec.id),
        "format-version": String(header.formatVersion), "content": header.content == .data ? "data" : "deletes",
      ])
  }

  /// The entries of a manifest as they are written: what is inherited is `nil`.
  static func decode(_ bytes: [UInt8], spec: PartitionSpec, types: [IcebergType], path: String) throws -> [IcebergManifestEntry] {
    do {
      let file = try AvroFile.decode(bytes)
      let reader = ManifestEntryReader(file.schema.fieldNames, spec: spec, types: types)
      return try file.records.map { try reader.entry($0) }
    } catch let error as SluiceError {
      throw SluiceError(error.kind, error.message, at: .init(path: path), cause: error)
    }
  }

  /// The entries of `manifest` with all that they inherit filled in.
  static func read(_ manifest: IcebergManifest, of metadata: TableMetadata, files: IcebergFiles) throws -> [IcebergManifestEntry] {
    let spec = try metadata.partitionSpec(manifest.partitionSpecID)
    let entries = try decode(files.read(manifest.path), spec: spec, types: metadata.partitionTypes(spec), path: manifest.path)
    // Lists of version 1 may lack the figures.
    let count = manifest.addedFiles + manifest.existingFiles + manifest.deletedFiles
    guard count == 0 || count == entries.count else {
      throw SluiceError(.targetDamaged, "a manifest has \(entries.count) entries, its list says \(count)", at: .init(path: manifest.path))
    }
    return try inherit(entries, from: manifest)
  }

  /// Fills in what entries take from their manifest (Iceberg specification, sequence number and first row id inheritance).
  static func inherit(_ entries: [IcebergManifestEntry], from manifest: IcebergManifest) throws -> [IcebergManifestEntry] {
    var nextRowID = manifest.content == .data ? manifest.firstRowID : nil
    return try entries.map { entry in
      var entry = entry
      entry.snapshotID = entry.snapshotID ?? manifest.addedSnapshotID
      if entry.status == .added {
        entry.sequenceNumber = entry.sequenceNumber ?? manifest.sequenceNumber
        entry.fileSequenceNumber = entry.fileSequenceNumber ?? manifest.sequenceNumber
      } else if entry.sequenceNumber == nil {
        // Manifests that were written under version 1 carry none, and count as the first.
        guard manifest.sequenceNumber == 0 else {
          throw SluiceError(.targetDamaged, "an entry that is not new has no sequence number", at: .init(path: manifest.path))
        }
        entry.sequenceNumber = 0
        entry.fileSequenceNumber = entry.fileSequenceNumber ?? 0
      }
      if let first = nextRowID, entry.file.firstRowID == nil {
        entry.file.firstRowID = first
        nextRowID = first + Int64(entry.file.recordCount)
      }
      return entry
    }
  }
}
