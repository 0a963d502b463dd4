import SluiceCore
import SluiceFormats
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// Files that give their columns no ids, as pyiceberg's `add_files` takes them into a table.
@Suite struct NameMappingTests {
  private let fixture: TableFixture
  private let files: IcebergFiles
  private let catalog: FileSystemIcebergCatalog

  init() throws {
    let layout = IcebergLayoutCase.vectors
    fixture = try TableFixture(key: [], buckets: 1, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options)
    files = IcebergFiles(store: LocalStore(root: "/"), warehouse: fixture.folder.path)
    catalog = FileSystemIcebergCatalog(files: files, warehouse: fixture.folder.path)
  }

  private var metadata: TableMetadata {
    get throws { try #require(try catalog.load(TableFixture.table)).metadata }
  }

  private func map(_ columns: [(id: Int, name: String)]) throws {
    let mapping = columns.map { SpecValue(["field-id": .integer($0.id), "names": [.string($0.name)]]) }
    _ = try catalog.commit(
      TableFixture.table, requirements: [], updates: [.setProperties([NameMapping.property: JSONText.compact(.array(mapping))])])
  }

  private static let mapped = TableFixture.columns.enumerated().map { (id: $0 + 1, name: $1.name) }

  /// Two rows of another engine's.
  private func addFile() throws {
    let path = "\(fixture.foreign.folder)/data/theirs.parquet"
    let fields = TableFixture.columns.map { ParquetField(name: $0.name, type: $0.type, isNullable: $0.isNullable) }
    let writer = try ParquetFileWriter(fields: fields, to: try files.store.upload(to: path))
    try writer.write(TableFixture.batch([901, 902], name: "theirs").rows)
    let facts = try writer.finish()
    var draft = SnapshotDraft()
    let data = DataFile(content: .data, path: files.uri(of: path), partition: PartitionTuple(), recordCount: 2, fileSize: facts.byteCount)
    draft.added = [IcebergFile(data: data, slot: Slot(bucket: 0), isSorted: false, specID: 0)]
    let other = IcebergPublisher(table: TableFixture.table, files: files, catalog: catalog, writer: WriterIdentity(id: "other"))
    #expect(try other.publish { _ in draft } == .committed)
  }

  /// The table after a rename at the source and a round of maintenance.
  private func renameAndMerge(isMapped: Bool) throws {
    let table = try fixture.open()
    for checkpoint in 1...Int64(6) { try fixture.commit([TableFixture.batch([checkpoint])], checkpoint: checkpoint) }
    try addFile()
    if isMapped { try map(Self.mapped) }
    let evolved = try table.evolve([
      .renameColumn(from: "name", to: "label"), .addColumn(.init(name: "more", type: .string, isNullable: true), .last, fill: nil),
    ])
    let maintenance = try evolved.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
    #expect(try maintenance.prepare { false })
    try maintenance.publish(checkpoint: 6)
  }

  private func theirs() throws -> [String] {
    try fixture.rows(columns: ["id", "label", "more"]).filter { $0.hasPrefix("90") }
  }

  @Test("what names mean in files without ids the mapping says, through a rename and a merge") func mapping() throws {
    try renameAndMerge(isMapped: true)
    #expect(try theirs() == ["901|theirs-901|NULL", "902|theirs-902|NULL"])
    #expect(try fixture.format.open(TableFixture.table).summary().fileCount == 1)
    var mapping = try #require(try NameMapping(metadata.properties))
    #expect(["label", "name", "more", "price"].map { mapping.id(of: $0) } == [2, 2, 6, 3])
    // A name that two columns had means the one that has it now.
    mapping.follow([IcebergField(id: 7, name: "name", isRequired: false, type: .string)])
    #expect(mapping.id(of: "name") == 7 && mapping.id(of: "label") == 2)
  }

  @Test("without a mapping such files stay what they are, and a mapping that comes later is not too late") func unmapped() throws {
    try renameAndMerge(isMapped: false)
    #expect(try fixture.format.open(TableFixture.table).summary().fileCount == 2)
    try map(Self.mapped)
    #expect(try theirs() == ["901|theirs-901|NULL", "902|theirs-902|NULL"])
  }
}
