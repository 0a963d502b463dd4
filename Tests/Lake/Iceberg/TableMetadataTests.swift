import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

@Suite struct TableMetadataTests {
  static let schema = IcebergSchema(
    id: 0,
    fields: [
      IcebergField(id: 1, name: "id", isRequired: true, type: .long),
      IcebergField(id: 2, name: "name", isRequired: false, type: .string, doc: "what's it"),
      IcebergField(
        id: 3, name: "tags", isRequired: false,
        type: .map(
          keyID: 4, key: .string, valueID: 5, value: .list(elementID: 6, element: .decimal(precision: 9, scale: 2), isElementRequired: true),
          isValueRequired: false)),
      IcebergField(
        id: 7, name: "made", isRequired: false, type: .timestamptz, initialDefault: "2026-01-01T00:00:00+00:00",
        writeDefault: "2026-01-01T00:00:00+00:00"),
    ], identifierFieldIDs: [1])

  static func table(formatVersion: Int = 3) -> TableMetadata {
    var creation = TableCreation(formatVersion: formatVersion, schema: schema)
    creation.partitionSpec = PartitionSpec(id: 0, fields: [.init(sourceID: 7, id: 1000, name: "made_day", transform: .day)])
    creation.sortOrder = SortOrder(id: 1, fields: [.init(sourceID: 1)])
    creation.properties = ["a": "1"]
    return TableMetadata(creating: creation, location: "file:///lake/db/t", uuid: "9c12d441-03fe-4693-9a96-a0705ddf69c1", now: 1000)
  }

  static func snapshot(_ id: Int64, after table: TableMetadata, rows: Int64 = 10, time: Int64 = 2000) -> IcebergSnapshot {
    IcebergSnapshot(
      id: id, parentID: table.currentSnapshotID, sequenceNumber: table.lastSequenceNumber + 1, timestampMillis: time,
      manifestList: "file:///lake/db/t/metadata/snap-\(id).avro", summary: ["operation": "append"], schemaID: 0, firstRowID: table.nextRowID,
      addedRows: table.nextRowID == nil ? nil : rows)
  }

  static func commit(_ id: Int64, _ table: TableMetadata, time: Int64 = 2000, now: Int64 = 2000) throws -> TableMetadata {
    try table.applying(
      [.addSnapshot(snapshot(id, after: table, time: time)), .setReference("main", SnapshotReference(snapshotID: id))],
      previousFile: "file:///lake/db/t/metadata/v\(id).metadata.json", now: now)
  }

  @Test("metadata comes back as it was, and pyiceberg reads the same", arguments: [2, 3]) func roundTrip(formatVersion: Int) throws {
    var table = Self.table(formatVersion: formatVersion)
    if formatVersion == 2 {
      table.schemas[0].fields[3].initialDefault = nil
      table.schemas[0].fields[3].writeDefault = nil
    }
    for id: Int64 in [11, 22] { table = try Self.commit(id, table) }
    #expect(try TableMetadata.decoded(table.encoded(), path: "") == table)
    // pyiceberg 0.12 reads version 3, and cannot write it.
    guard formatVersion == 2 else { return }
    let answer = try LakeReader.shared.ask("iceberg", ["do": "metadata", "text": .string(String(decoding: table.encoded(), as: UTF8.self))])
    let theirs = try TableMetadata(json: #require(answer["json"]))
    #expect(theirs.snapshots.map(\.id) == [11, 22] && theirs.currentSnapshotID == 22 && theirs.references == table.references)
    #expect(theirs.schemas.map(\.fields.count) == [4] && theirs.partitionSpecs == table.partitionSpecs && theirs.sortOrders == table.sortOrders)
    #expect(theirs.nextRowID == table.nextRowID && theirs.snapshotLog == table.snapshotLog && theirs.metadataLog == table.metadataLog)
    #expect(theirs.schemas[0].fields.map(\.type) == Self.schema.fields.map(\.type) && theirs.schemas[0].identifierFieldIDs == [1])
  }

  @Test("members of other writers are kept") func others() throws {
    let text = String(decoding: Self.table().encoded(), as: UTF8.self)
      .replacing("\"format-version\":3", with: "\"format-version\":3,\"encryption-keys\":[{\"key-id\":\"x\"}],\"later\":{\"a\":[1,null]}")
      .replacing("\"schema-id\":0", with: "\"schema-id\":0,\"mark\":true")
    let table = try TableMetadata.decoded(Array(text.utf8), path: "")
    let again = try TableMetadata.decoded(table.applying([.setProperties(["b": "2"])], previousFile: nil, now: 5).encoded(), path: "")
    #expect(again.json["encryption-keys"] == .array([.object([.init("key-id", "x")])]))
    #expect(again.json["later"] == table.json["later"] && again.json["later"] != nil)
    #expect(again.schemas[0].others == [.init("mark", .boolean(true))])
    #expect(again.properties == ["a": "1", "b": "2"])
  }

  @Test("what is no metadata is an error that names what is missing") func damage() throws {
    let text = String(decoding: Self.table().encoded(), as: UTF8.self)
    for (from, to) in [
      ("\"format-version\":3", "\"format-version\":9"), ("\"format-version\":3", "\"format-version\":1"), ("\"location\"", "\"place\""),
      ("\"current-schema-id\":0", "\"current-schema-id\":7"), ("\"long\"", "\"longish\""), ("\"next-row-id\":0", "\"next-row-id\":null"),
      ("\"current-snapshot-id\":-1", "\"current-snapshot-id\":77"), ("\"id\":2", "\"id\":1"), ("decimal(9, 2)", "decimal(99, 2)"),
    ] {
      #expect(text.contains(from))
      let error = #expect(throws: SluiceError.self) { try TableMetadata.decoded(Array(text.replacing(from, with: to).utf8), path: "/lake/x.json") }
      #expect(error?.kind == .targetDamaged && error?.place.path == "/lake/x.json", "\(to)")
    }
    for count in stride(from: 0, to: text.utf8.count, by: 7) {
      #expect(throws: SluiceError.self) { try TableMetadata.decoded(Array(text.utf8.prefix(count)), path: "") }
    }
  }

  @Test("a snapshot moves the table on, and row ids with it") func snapshots() throws {
    let table = try Self.commit(22, Self.commit(11, Self.table()))
    #expect(table.lastSequenceNumber == 2 && table.nextRowID == 20 && table.currentSnapshotID == 22)
    #expect(table.snapshotLog.map(\.snapshotID) == [11, 22] && table.metadataLog.count == 2 && table.lastUpdatedMillis == 2000)
    #expect(table.ancestors(of: table.currentSnapshot).map(\.id) == [22, 11])
    var late = Self.snapshot(33, after: table)
    late.sequenceNumber = 2
    var overlapping = Self.snapshot(33, after: table)
    overlapping.firstRowID = 5
    for snapshot in [late, overlapping, Self.snapshot(11, after: table)] {
      let error = #expect(throws: SluiceError.self) { try table.applying([.addSnapshot(snapshot)], previousFile: nil, now: 1) }
      #expect(error?.kind == .targetConflict)
    }
    #expect(throws: SluiceError.self) { try table.applying([.setReference("main", .init(snapshotID: 99))], previousFile: nil, now: 1) }
  }

  @Test("removed snapshots leave the log from the gap on") func removal() throws {
    var table = Self.table()
    for id: Int64 in [1, 2, 3, 4] { table = try Self.commit(id, table) }
    let kept = try table.applying([.removeSnapshots([1, 2])], previousFile: nil, now: 9)
    #expect(kept.snapshots.map(\.id) == [3, 4] && kept.snapshotLog.map(\.snapshotID) == [3, 4] && kept.currentSnapshotID == 4)
    let none = try table.applying([.removeReference("main"), .removeSnapshots([1, 2, 3, 4])], previousFile: nil, now: 9)
    #expect(none.currentSnapshot == nil && none.references.isEmpty && none.snapshots.isEmpty)
    #expect(try TableMetadata.decoded(none.encoded(), path: "") == none)
  }

  @Test("schemas, specs and orders that are there already are used again") func definitions() throws {
    let table = Self.table()
    var wider = Self.schema
    wider.fields.append(IcebergField(id: 8, name: "x", isRequired: false, type: .int))
    let next = try table.applying([.addSchema(wider), .setCurrentSchema(TableUpdate.lastAdded)], previousFile: nil, now: 9)
    #expect(next.currentSchemaID == 1 && next.lastColumnID == 8 && next.schemas.count == 2)
    // Time does not go back.
    #expect(next.lastUpdatedMillis >= table.lastUpdatedMillis)
    let back = try next.applying([.addSchema(Self.schema), .setCurrentSchema(TableUpdate.lastAdded)], previousFile: nil, now: 9)
    #expect(back.currentSchemaID == 0 && back.schemas.count == 2 && back.lastColumnID == 8)
    let spec = PartitionSpec(id: 5, fields: [.init(sourceID: 1, id: 1001, name: "b", transform: .bucket(4))])
    let parted = try table.applying(
      [
        .addSpec(spec), .setDefaultSpec(TableUpdate.lastAdded), .addSortOrder(SortOrder(id: 9, fields: [.init(sourceID: 1)])),
        .setDefaultSortOrder(-1),
      ],
      previousFile: nil, now: 9)
    #expect(parted.defaultSpecID == 1 && parted.lastPartitionID == 1001 && parted.defaultSortOrderID == 1 && parted.sortOrders.count == 2)
    #expect(throws: SluiceError.self) { try table.applying([.setCurrentSchema(3)], previousFile: nil, now: 1) }
    #expect(throws: SluiceError.self) { try table.applying([.removeSchemas([0])], previousFile: nil, now: 1) }
    #expect(try Self.table(formatVersion: 2).applying([.upgradeFormatVersion(3)], previousFile: nil, now: 1).nextRowID == 0)
    #expect(throws: SluiceError.self) { try table.applying([.upgradeFormatVersion(2)], previousFile: nil, now: 1) }
  }

  @Test("the metadata log is as long as the table says") func metadataLog() throws {
    var table = try Self.table().applying([.setProperties(["write.metadata.previous-versions-max": "3"])], previousFile: nil, now: 1)
    for id: Int64 in 1...6 { table = try Self.commit(id, table) }
    #expect(table.metadataLog.map(\.file) == (4...6).map { "file:///lake/db/t/metadata/v\($0).metadata.json" })
  }

  @Test("updates and requirements are written and read in the REST catalog's words") func words() throws {
    let table = try Self.commit(11, Self.table())
    let updates: [TableUpdate] = [
      .assignUUID("u"), .upgradeFormatVersion(3), .addSchema(Self.schema), .setCurrentSchema(-1), .removeSchemas([4]),
      .addSpec(.init(id: 0, fields: [.init(sourceID: 1, id: 1000, name: "b", transform: .bucket(4))])), .setDefaultSpec(-1), .removeSpecs([2]),
      .addSortOrder(SortOrder(id: 1, fields: [.init(sourceID: 1)])), .setDefaultSortOrder(1), .addSnapshot(Self.snapshot(1, after: table)),
      .setReference("main", SnapshotReference(snapshotID: 1)), .removeReference("b"), .removeSnapshots([1, 2]), .setLocation("file:///x"),
      .setProperties(["a": "b"]), .removeProperties(["c"]), .removeStatistics(4),
    ]
    for update in updates { #expect(try TableUpdate(json: JSONReader.read(JSONText.compact(update.json))) == update) }
    let requirements: [TableRequirement] = [
      .create, .uuid("u"), .reference("main", snapshotID: nil), .reference("main", snapshotID: 4), .lastAssignedFieldID(3), .currentSchemaID(0),
      .lastAssignedPartitionID(999), .defaultSpecID(0), .defaultSortOrderID(0),
    ]
    for requirement in requirements { #expect(try TableRequirement(json: JSONReader.read(JSONText.compact(requirement.json))) == requirement) }
    #expect(TableRequirement.reference("main", snapshotID: nil).json["snapshot-id"] == .null)
    let holding: [TableRequirement] = [
      .uuid(table.uuid.uppercased()), .reference("main", snapshotID: 11), .reference("other", snapshotID: nil), .lastAssignedFieldID(7),
      .currentSchemaID(0), .lastAssignedPartitionID(1000), .defaultSpecID(0), .defaultSortOrderID(1),
    ]
    #expect(holding.allSatisfy { $0.holds(for: table) && !$0.holds(for: nil) })
    #expect(TableRequirement.create.holds(for: nil) && !TableRequirement.create.holds(for: table))
    #expect(!TableRequirement.reference("main", snapshotID: nil).holds(for: table))
  }
}
