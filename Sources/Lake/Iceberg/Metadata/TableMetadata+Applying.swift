internal import SluiceCore

extension TableMetadata {
  /// Commits keep this many metadata files behind them unless the table says otherwise.
  private static let defaultPreviousVersions = 100

  /// The metadata after `updates`, in order. `previousFile` is where this one lies, and goes into the metadata log; `now` counts in
  /// milliseconds since 1970.
  ///
  /// Throws `target-conflict` when they do not fit this state of the table: a sequence number that is taken, a snapshot that is not there.
  func applying(_ updates: [TableUpdate], previousFile: String?, now: Int64) throws -> TableMetadata {
    var builder = MetadataBuilder(self, now: now)
    for update in updates { try builder.apply(update) }
    var next = builder.finish()
    if let previousFile {
      next.metadataLog.append(MetadataLogEntry(file: previousFile, timestampMillis: lastUpdatedMillis))
      let kept = next.properties["write.metadata.previous-versions-max"].flatMap { Int($0) } ?? Self.defaultPreviousVersions
      next.metadataLog.removeFirst(max(0, next.metadataLog.count - max(1, kept)))
    }
    return next
  }

  /// Whether metadata files that leave the metadata log are to be deleted.
  var deletesOldMetadata: Bool { properties["write.metadata.delete-after-commit.enabled"]?.lowercased() == "true" }
}

/// Applies updates to a table's metadata, one after the other.
private struct MetadataBuilder {
  private var table: TableMetadata
  private let now: Int64
  private var lastSchema: Int?
  private var lastSpec: Int?
  private var lastSortOrder: Int?
  private var addedSnapshots: Set<Int64> = []
  private var hasNewTime = false

  init(_ table: TableMetadata, now: Int64) {
    self.table = table
    self.now = now
  }

  mutating func apply(_ update: TableUpdate) throws {
    switch update {
    case .assignUUID(let uuid): table.uuid = uuid
    case .upgradeFormatVersion(let version): try upgrade(to: version)
    case .addSchema(let schema): add(schema)
    case .setCurrentSchema(let id): table.currentSchemaID = try resolve(id, last: lastSchema, among: table.schemas.map(\.id), "schema")
    case .removeSchemas(let ids):
      guard !ids.contains(table.currentSchemaID) else { throw conflict("the current schema cannot be removed") }
      table.schemas.removeAll { ids.contains($0.id) }
    case .addSpec(let spec): add(spec)
    case .setDefaultSpec(let id): table.defaultSpecID = try resolve(id, last: lastSpec, among: table.partitionSpecs.map(\.id), "partition spec")
    case .removeSpecs(let ids):
      guard !ids.contains(table.defaultSpecID) else { throw conflict("the default partition spec cannot be removed") }
      table.partitionSpecs.removeAll { ids.contains($0.id) }
    case .addSortOrder(let order): add(order)
    case .setDefaultSortOrder(let id):
      table.defaultSortOrderID = try resolve(id, last: lastSortOrder, among: table.sortOrders.map(\.id), "sort order")
    case .addSnapshot(let snapshot): try add(snapshot)
    case .setReference(let name, let reference): try set(name, reference)
    case .removeReference(let name):
      table.references[name] = nil
      if name == SnapshotReference.main { table.currentSnapshotID = nil }
    case .removeSnapshots(let ids): remove(Set(ids))
    case .setLocation(let location): table.location = location
    case .setProperties(let properties): table.properties.merge(properties) { $1 }
    case .removeProperties(let names): for name in names { table.properties[name] = nil }
    case .setStatistics(let statistics):
      table.statistics.removeAll { $0["snapshot-id"] == statistics["snapshot-id"] }
      table.statistics.append(statistics)
    case .removeStatistics(let id): table.statistics.removeAll { $0["snapshot-id"] == .integer(id) }
    }
  }

  consuming func finish() -> TableMetadata {
    if !hasNewTime { table.lastUpdatedMillis = max(now, table.lastUpdatedMillis) }
    // Of several snapshots of one commit only the last was ever seen.
    let unseen = addedSnapshots.subtracting([table.currentSnapshotID].compactMap { $0 })
    table.snapshotLog.removeAll { unseen.contains($0.snapshotID) }
    return table
  }

  private mutating func upgrade(to version: Int) throws {
    guard version >= table.formatVersion, TableMetadata.supportedVersions.contains(version) else {
      throw conflict("a table of format version \(table.formatVersion) cannot become one of version \(version)")
    }
    if version >= 3, table.nextRowID == nil { table.nextRowID = 0 }
    table.formatVersion = version
  }

  private mutating func add(_ schema: IcebergSchema) {
    table.lastColumnID = max(table.lastColumnID, schema.highestFieldID)
    if let same = table.schemas.first(where: { $0.isEquivalent(to: schema) }) {
      lastSchema = same.id
      return
    }
    var schema = schema
    schema.id = (table.schemas.map(\.id).max() ?? -1) + 1
    table.schemas.append(schema)
    lastSchema = schema.id
  }

  private mutating func add(_ spec: PartitionSpec) {
    if let same = table.partitionSpecs.first(where: { $0.isEquivalent(to: spec) }) {
      lastSpec = same.id
      return
    }
    var spec = spec
    spec.id = (table.partitionSpecs.map(\.id).max() ?? -1) + 1
    table.partitionSpecs.append(spec)
    table.lastPartitionID = max(table.lastPartitionID, spec.fields.map(\.id).max() ?? 0)
    lastSpec = spec.id
  }

  private mutating func add(_ order: SortOrder) {
    if let same = table.sortOrders.first(where: { $0.fields == order.fields }) {
      lastSortOrder = same.id
      return
    }
    var order = order
    order.id = order.fields.isEmpty ? SortOrder.unsorted.id : (table.sortOrders.map(\.id).max() ?? 0) + 1
    table.sortOrders.append(order)
    lastSortOrder = order.id
  }

  private mutating func add(_ snapshot: IcebergSnapshot) throws {
    guard table.snapshot(snapshot.id) == nil else { throw conflict("there is a snapshot \(snapshot.id) already") }
    guard snapshot.sequenceNumber > table.lastSequenceNumber else {
      throw conflict("sequence number \(snapshot.sequenceNumber) is taken; the last one is \(table.lastSequenceNumber)")
    }
    if table.formatVersion >= 3 {
      guard let first = snapshot.firstRowID, let added = snapshot.addedRows, added >= 0 else {
        throw conflict("a snapshot of a table of version 3 needs first-row-id and added-rows")
      }
      guard first >= table.nextRowID ?? 0 else { throw conflict("row ids from \(first) on are taken") }
      table.nextRowID = first + added
    }
    table.snapshots.append(snapshot)
    table.lastSequenceNumber = snapshot.sequenceNumber
    table.lastUpdatedMillis = snapshot.timestampMillis
    hasNewTime = true
    addedSnapshots.insert(snapshot.id)
  }

  private mutating func set(_ name: String, _ reference: SnapshotReference) throws {
    guard table.snapshot(reference.snapshotID) != nil else { throw conflict("there is no snapshot \(reference.snapshotID)") }
    if table.references[name] == reference { return }
    table.references[name] = reference
    guard name == SnapshotReference.main else { return }
    if !addedSnapshots.contains(reference.snapshotID) {
      table.lastUpdatedMillis = max(now, table.lastUpdatedMillis)
      hasNewTime = true
    }
    table.currentSnapshotID = reference.snapshotID
    table.snapshotLog.append(.init(snapshotID: reference.snapshotID, timestampMillis: table.lastUpdatedMillis))
  }

  private mutating func remove(_ ids: Set<Int64>) {
    table.snapshots.removeAll { ids.contains($0.id) }
    table.references = table.references.filter { !ids.contains($0.value.snapshotID) }
    if let current = table.currentSnapshotID, ids.contains(current) { table.currentSnapshotID = nil }
    // What came before a gap says nothing reliable of the time in between.
    if let gap = table.snapshotLog.lastIndex(where: { ids.contains($0.snapshotID) }) { table.snapshotLog.removeFirst(gap + 1) }
    let isGone = { (item: SpecValue) in
      guard case .integer(let id)? = item["snapshot-id"] else { return false }
      return ids.contains(Int64(id))
    }
    table.statistics.removeAll(where: isGone)
    table.partitionStatistics.removeAll(where: isGone)
  }

  private func resolve(_ id: Int, last: Int?, among known: [Int], _ what: String) throws -> Int {
    let wanted = id == TableUpdate.lastAdded ? last : id
    guard let wanted, known.contains(wanted) else { throw conflict("there is no such \(what)") }
    return wanted
  }

  private func conflict(_ message: String) -> SluiceError {
    SluiceError(.targetConflict, message)
  }
}
