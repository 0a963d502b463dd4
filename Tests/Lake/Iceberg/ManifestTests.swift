import SluiceCore
import SluiceFormats
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

@Suite struct ManifestTests {
  /// A partition value of every type, among them a name that Avro does not allow.
  private static let types: [(name: String, type: IcebergType, value: String)] = [
    ("flag", .boolean, "true"), ("number", .int, "-3"), ("big number", .long, "9000000000"), ("9half", .float, "1.5"), ("double", .double, "-2.25"),
    ("price", .decimal(precision: 20, scale: 3), "-1.280"), ("day", .date, "2017-11-16"), ("at", .time, "22:31:08.000000"),
    ("made", .timestamp, "2017-11-16T22:31:08.000000"), ("seen", .timestamptz, "2017-11-16T22:31:08.000000Z"), ("städte", .string, "grüße"),
    ("raw", .binary, "0x00ff"), ("four", .fixed(4), "0x00010203"), ("who", .uuid, "0xf79c3e09677c4bbda4793f349cb785e7"),
  ]

  private static func table(_ formatVersion: Int) throws -> TableMetadata {
    let fields = types.enumerated().map { IcebergField(id: $0 + 1, name: $1.name, isRequired: false, type: $1.type) }
    var creation = TableCreation(formatVersion: formatVersion, schema: IcebergSchema(id: 0, fields: fields))
    creation.partitionSpec = PartitionSpec(
      id: 0, fields: types.enumerated().map { .init(sourceID: $0 + 1, id: 1000 + $0, name: $1.name, transform: .identity) })
    return TableMetadata(creating: creation, location: "file:///lake/db/t", uuid: "u", now: 0)
  }

  private static func entries(_ formatVersion: Int) throws -> [IcebergManifestEntry] {
    let tuple = PartitionTuple(
      try types.map { sample in
        SingleValue.bytes(try .of(try #require(IcebergTypes.dataType(of: sample.type)), [sample.value]), 0, as: sample.type)
      })
    var full = DataFile(content: .data, path: "file:///lake/a.parquet", partition: tuple, recordCount: 100, fileSize: 5000)
    full.columnSizes = [1: 10]
    full.valueCounts = [1: 100, 2: 100]
    full.nullValueCounts = [1: 0]
    full.nanValueCounts = [4: 1]
    full.lowerBounds = [1: [0], 2: SingleValue.littleEndian(Int32(-3))]
    full.upperBounds = [1: [1]]
    full.splitOffsets = [4, 1000]
    full.sortOrderID = 1
    if formatVersion >= 3 { full.firstRowID = 77 }
    let plain = DataFile(
      content: .data, path: "file:///lake/b.parquet", partition: PartitionTuple(types.map { _ in nil }), recordCount: 25, fileSize: 9)
    return [
      IcebergManifestEntry(status: .existing, snapshotID: 5, sequenceNumber: 3, fileSequenceNumber: 4, file: full),
      IcebergManifestEntry(status: .added, snapshotID: 9, sequenceNumber: nil, fileSequenceNumber: nil, file: plain),
      IcebergManifestEntry(status: .added, snapshotID: 9, sequenceNumber: nil, fileSequenceNumber: nil, file: plain),
      IcebergManifestEntry(status: .deleted, snapshotID: 9, sequenceNumber: 2, fileSequenceNumber: 2, file: full),
    ]
  }

  @Test("entries come back as they were, and fastavro reads their fields", arguments: [2, 3]) func entriesRoundTrip(formatVersion: Int) throws {
    let table = try Self.table(formatVersion)
    let spec = try table.defaultSpec()
    let entries = try Self.entries(formatVersion)
    let bytes = try IcebergManifestFile.encode(entries, .init(table, spec: spec, content: .data))
    #expect(try IcebergManifestFile.decode(bytes, spec: spec, types: table.partitionTypes(spec), path: "") == entries)

    let folder = try TemporaryFolder()
    try LocalStore(root: "/").write(bytes, to: folder.appending("m.avro"))
    let avro = try LakeReader.shared.avro(folder.appending("m.avro"))
    let file = avro["records"]?.items.first?["data_file"]
    #expect(file?["record_count"]?.integer == 100 && file?["partition"]?["st_xE4dte"]?.text == "grüße")
    #expect(
      file?["partition"]?["price"]?.text == "-1.280" && file?["partition"]?["_9half"] != nil && file?["partition"]?["day"]?.text == "2017-11-16")
    #expect(avro["metadata"]?["partition-spec-id"]?.text == "0" && avro["metadata"]?["content"]?.text == "data")
    #expect((file?["first_row_id"] == nil) == (formatVersion == 2))
  }

  @Test("entries take from their manifest what they do not say") func inheritance() throws {
    let manifest = IcebergManifest(
      path: "m", length: 1, partitionSpecID: 0, content: .data, sequenceNumber: 8, minimumSequenceNumber: 2, addedSnapshotID: 10, addedFiles: 2,
      existingFiles: 1, deletedFiles: 1, addedRows: 50, existingRows: 100, deletedRows: 100, partitions: [], keyMetadata: nil, firstRowID: 1000)
    var entries = try Self.entries(3)
    entries[1].snapshotID = nil
    let read = try IcebergManifestFile.inherit(entries, from: manifest)
    #expect(read.map(\.sequenceNumber) == [3, 8, 8, 2] && read.map(\.fileSequenceNumber) == [4, 8, 8, 2])
    #expect(read.map(\.snapshotID) == [5, 10, 9, 9])
    #expect(read.map(\.file.firstRowID) == [77, 1000, 1025, 77])
    entries[0].sequenceNumber = nil
    #expect(throws: SluiceError.self) { try IcebergManifestFile.inherit(entries, from: manifest) }
  }

  @Test("a manifest's line in the list sums its entries up", arguments: [2, 3]) func summary(formatVersion: Int) throws {
    let table = try Self.table(formatVersion)
    let entries = try Self.entries(formatVersion)
    let header = try IcebergManifestFile.Header(table, spec: table.defaultSpec(), content: .data)
    var manifest = IcebergManifest(path: "file:///m.avro", length: 7, entries: entries, header: header, snapshotID: 9, sequenceNumber: 6)
    #expect(manifest.addedFiles == 2 && manifest.existingFiles == 1 && manifest.deletedFiles == 1)
    #expect(manifest.addedRows == 50 && manifest.existingRows == 100 && manifest.deletedRows == 100 && manifest.minimumSequenceNumber == 3)
    #expect(manifest.partitions.count == Self.types.count && manifest.partitions.allSatisfy { $0.containsNull && $0.lowerBound == $0.upperBound })
    #expect(manifest.partitions[1].lowerBound == SingleValue.littleEndian(Int32(-3)))
    if formatVersion >= 3 { manifest.firstRowID = 12 }
    let bytes = try IcebergManifestList.encode([manifest], snapshotID: 9, parentID: nil, sequenceNumber: 6, formatVersion: formatVersion)
    #expect(try IcebergManifestList.decode(bytes, path: "") == [manifest])
    #expect(try AvroFile.decode(bytes).metadata["sequence-number"] == Array("6".utf8))
  }

  @Test("bytes cut anywhere give an error, and flipped ones never a trap") func damage() throws {
    let table = try Self.table(3)
    let spec = try table.defaultSpec()
    let types = try table.partitionTypes(spec)
    let bytes = try IcebergManifestFile.encode(Self.entries(3), .init(table, spec: spec, content: .data))
    for count in stride(from: 0, to: bytes.count, by: 11) {
      // A file that ends between two blocks is whole to Avro; its entries are counted by those who know how many there must be.
      if let entries = try? IcebergManifestFile.decode(Array(bytes.prefix(count)), spec: spec, types: types, path: "m") {
        #expect(entries.isEmpty)
      }
    }
    for place in stride(from: 0, to: bytes.count, by: 13) {
      var flipped = bytes
      flipped[place] ^= 0x21
      _ = try? IcebergManifestFile.decode(flipped, spec: spec, types: types, path: "m")
    }
  }
}
