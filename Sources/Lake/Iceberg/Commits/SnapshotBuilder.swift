internal import Foundation
internal import SluiceCore
internal import SluiceFormats

/// Makes the files of one attempt at a snapshot: manifests, their list, deletion vectors. Confined to one thread.
final class SnapshotBuilder {
  /// Entries in one manifest; more are spread over several.
  private static let entriesPerManifest = 10_000
  /// Manifests of fewer entries are merged when there are more than `smallManifests` of them.
  private static let smallManifests = 30

  private let state: IcebergState
  private let draft: SnapshotDraft
  private let cache: ManifestCache
  private let files: IcebergFiles
  private let slots: IcebergSlots
  private let names: Names
  private let snapshotID: Int64
  private let sequenceNumber: Int64
  private var objects: [ConcurrentWrites.Object] = []
  private var counter = 0
  private var kept: [IcebergManifest] = []
  private var made: [IcebergManifest] = []
  private var totals: SnapshotTotals

  /// How the files of an attempt are called.
  struct Names {
    /// Paths of the store.
    let root: String
    /// Of the writer and the attempt.
    let token: String

    func manifest(_ number: Int) -> String { "\(root)/metadata/manifest-\(token)-\(number).avro" }
    func list(_ number: Int) -> String { "\(root)/metadata/manifest-list-\(token)-\(number).avro" }
    func vectors(_ number: Int, _ ending: String) -> String { "\(root)/data/index-\(token)-\(number).\(ending)" }
  }

  init(_ state: IcebergState, _ draft: SnapshotDraft, _ cache: ManifestCache, files: IcebergFiles, slots: IcebergSlots, names: Names) {
    self.state = state
    self.draft = draft
    self.cache = cache
    self.files = files
    self.slots = slots
    self.names = names
    snapshotID = IcebergSnapshot.makeID()
    sequenceNumber = state.metadata.lastSequenceNumber + 1
    totals = SnapshotTotals(state.snapshot)
  }

  /// The paths of what was made.
  var paths: [String] { objects.map(\.path) }

  /// Makes and writes everything; on return all is durable, and the snapshot can be committed.
  func build() throws -> IcebergSnapshot {
    try carryOver()
    try mergeSmall(.data)
    try mergeSmall(.deletes)
    var manifests = kept + made
    let isThird = state.metadata.formatVersion >= 3
    let firstRowID = state.metadata.nextRowID ?? 0
    var nextRowID = firstRowID
    if isThird {
      for index in manifests.indices where manifests[index].content == .data && manifests[index].firstRowID == nil {
        manifests[index].firstRowID = nextRowID
        nextRowID += Int64(manifests[index].addedRows + manifests[index].existingRows)
      }
    }
    let list = names.list(counter)
    objects.append(
      .init(
        path: list,
        bytes: try IcebergManifestList.encode(
          manifests, snapshotID: snapshotID, parentID: state.snapshot?.id, sequenceNumber: sequenceNumber,
          formatVersion: state.metadata.formatVersion)))
    try ConcurrentWrites(objects).run(on: files.store)
    var summary = draft.properties
    summary["operation"] = draft.operation.rawValue
    summary.merge(totals.summary) { $1 }
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    return IcebergSnapshot(
      id: snapshotID, parentID: state.snapshot?.id, sequenceNumber: sequenceNumber, timestampMillis: max(now, state.metadata.lastUpdatedMillis),
      manifestList: files.uri(of: list), summary: summary, schemaID: state.metadata.currentSchemaID, firstRowID: isThird ? firstRowID : nil,
      addedRows: isThird ? nextRowID - firstRowID : nil)
  }

  // MARK: Entries

  /// Sorts out which manifests stay as they are, and writes anew those that lose files.
  private func carryOver() throws {
    var data: [Int: [IcebergManifestEntry]] = [:]
    var deletes: [Int: [IcebergManifestEntry]] = [:]
    /// The rows that are dead in files that get more dead ones.
    var vectors = draft.deletions
    var isGone = draft.removed
    for manifest in state.manifests where manifest.content == .data && manifest.hasLiveFiles {
      try split(manifest, &data) { isGone.contains($0.identity) }
    }
    let leaving = Set(isGone.map(\.path))
    for manifest in state.manifests where manifest.content == .deletes && manifest.hasLiveFiles {
      try split(manifest, &deletes) { delete in
        if isGone.contains(delete.identity) { return true }
        guard delete.data.content == .positionDeletes, let path = IcebergDeletes.reference(of: delete.data) else { return false }
        if leaving.contains(path) { return true }
        guard let known = vectors[path] else { return false }
        vectors[path]?.rows = known.rows.union(try read(delete, path))
        return true
      }
    }
    isGone = []
    if !draft.isReplacing { try absorbWide(&vectors) }
    for file in draft.added {
      data[file.specID, default: []].append(file.entry(.added, snapshotID: snapshotID))
      totals.add(file, 1)
    }
    for file in draft.addedDeletes {
      deletes[file.specID, default: []].append(file.entry(.added, snapshotID: snapshotID))
      totals.add(file, 1)
    }
    for (specID, file) in try deleteFiles(vectors) {
      deletes[specID, default: []].append(
        IcebergManifestEntry(status: .added, snapshotID: snapshotID, sequenceNumber: nil, fileSequenceNumber: nil, file: file))
      totals.add(file, 1)
    }
    for (specID, entries) in data.sorted(by: { $0.key < $1.key }) { try write(entries, .data, specID) }
    for (specID, entries) in deletes.sorted(by: { $0.key < $1.key }) { try write(entries, .deletes, specID) }
  }

  /// Keeps a manifest, or takes its entries apart when some of its files leave.
  private func split(
    _ manifest: IcebergManifest, _ entries: inout [Int: [IcebergManifestEntry]], leaves: (IcebergFile) throws -> Bool
  ) throws {
    let isTouchable = draft.isReplacing || !draft.removed.isEmpty || manifest.content == .deletes && !draft.deletions.isEmpty
    guard isTouchable else { return kept.append(manifest) }
    var changed: [IcebergManifestEntry] = []
    var isChanged = false
    for file in try state.live(manifest, cache, slots) {
      if try draft.isReplacing || leaves(file) {
        isChanged = true
        changed.append(file.entry(.deleted, snapshotID: snapshotID))
        totals.add(file, -1)
      } else {
        changed.append(file.entry(.existing, snapshotID: nil))
      }
    }
    if isChanged { entries[manifest.partitionSpecID, default: []] += changed } else { kept.append(manifest) }
  }

  /// Readers of format version 3 look at a data file's vector and at nothing else, so it tells of rows that delete files of several data files
  /// from before delete, too.
  private func absorbWide(_ vectors: inout [String: SnapshotDraft.Deletion]) throws {
    guard state.metadata.formatVersion >= 3, !vectors.isEmpty else { return }
    let deletes = IcebergDeletes(try state.live(.deletes, cache, slots), files)
    guard deletes.hasWide else { return }
    for (path, deletion) in vectors {
      guard let number = deletion.sequenceNumber, let rows = try deletes.wideRows(of: path, deletion.partition, sequenceNumber: number) else {
        continue
      }
      vectors[path]?.rows.formUnion(rows)
    }
  }

  private func read(_ delete: IcebergFile, _ path: String) throws -> RoaringBitmap {
    if delete.data.isDeletionVector { return try DeletionVectorBlob.read(delete.data, files: files) }
    var file = DataFile(content: .data, path: path, partition: delete.data.partition, recordCount: 0, fileSize: 0)
    file.sortOrderID = nil
    let target = IcebergFile(data: file, slot: delete.slot, isSorted: false, specID: delete.specID)
    return try IcebergDeletes([delete], files).rows(of: target) ?? RoaringBitmap()
  }

  // MARK: Vectors

  /// One delete file for each data file: vectors side by side in one Puffin file, or position delete files before format version 3.
  private func deleteFiles(_ vectors: [String: SnapshotDraft.Deletion]) throws -> [(specID: Int, file: DataFile)] {
    let sorted = vectors.sorted { $0.key < $1.key }
    if sorted.isEmpty { return [] }
    guard state.metadata.formatVersion >= 3 else {
      return try sorted.map { path, deletion in
        let target = next { names.vectors($0, "parquet") }
        let bytes = try Self.parquet(PositionDeletes.batch(deletion.rows, of: path))
        objects.append(.init(path: target, bytes: bytes))
        let file = PositionDeletes.file(
          path: files.uri(of: target), size: bytes.count, deletes: deletion.rows, of: path, partition: deletion.partition)
        return (deletion.specID, file)
      }
    }
    let puffin = PuffinFile(sorted.map { ($0.key, $0.value.rows) })
    let bytes = puffin.bytes()
    let target = next { names.vectors($0, "puffin") }
    objects.append(.init(path: target, bytes: bytes))
    return zip(sorted, puffin.blobs).map { item, blob in
      var file = DataFile(
        content: .positionDeletes, path: files.uri(of: target), format: DataFile.puffin, partition: item.value.partition,
        recordCount: item.value.rows.count, fileSize: bytes.count)
      file.referencedDataFile = item.key
      file.contentOffset = blob.offset
      file.contentSize = blob.length
      return (item.value.specID, file)
    }
  }

  private static func parquet(_ batch: Batch) throws -> [UInt8] {
    let memory = MemoryWriter()
    let writer = try ParquetFileWriter(fields: PositionDeletes.fields, to: memory)
    try writer.write(batch)
    _ = try writer.finish()
    return memory.bytes
  }

  // MARK: Manifests

  private func write(_ entries: [IcebergManifestEntry], _ content: IcebergManifest.Content, _ specID: Int) throws {
    let header = try IcebergManifestFile.Header(state.metadata, spec: state.metadata.partitionSpec(specID), content: content)
    for start in stride(from: 0, to: entries.count, by: Self.entriesPerManifest) {
      let part = Array(entries[start..<min(start + Self.entriesPerManifest, entries.count)])
      let bytes = try IcebergManifestFile.encode(part, header)
      let path = next(names.manifest)
      objects.append(.init(path: path, bytes: bytes))
      let manifest = IcebergManifest(
        path: files.uri(of: path), length: bytes.count, entries: part, header: header, snapshotID: snapshotID, sequenceNumber: sequenceNumber)
      made.append(manifest)
      // Each commit writes vectors anew, and begins with those that the one before wrote. What data files inherit is not known yet.
      if content == .deletes { cache.put(try IcebergManifestFile.inherit(part, from: manifest), of: manifest) }
    }
  }

  /// Keeps the number of manifests bounded: many small ones that nothing else changes become one.
  private func mergeSmall(_ content: IcebergManifest.Content) throws {
    let small = kept.filter { $0.content == content && $0.addedFiles + $0.existingFiles < Self.entriesPerManifest / 2 }
    if small.count <= Self.smallManifests { return }
    for (specID, manifests) in Dictionary(grouping: small, by: \.partitionSpecID).sorted(by: { $0.key < $1.key }) where manifests.count > 1 {
      let paths = Set(manifests.map(\.path))
      kept.removeAll { paths.contains($0.path) }
      let entries = try manifests.flatMap { try state.live($0, cache, slots) }.map { $0.entry(.existing, snapshotID: nil) }
      try write(entries, content, specID)
    }
  }

  private func next(_ name: (Int) -> String) -> String {
    defer { counter += 1 }
    return name(counter)
  }
}
