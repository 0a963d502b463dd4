import SluiceCore
import SluiceFormats
import SluiceLake
import SluiceStorage
import TestKit

/// A warehouse of its own and a small table in it.
struct TableFixture {
  static let table = TableID(database: "shop", name: "orders")

  let folder: TemporaryFolder
  let target: TargetTable
  let format: any LakeFormat
  private let formatName: LakeFormatName

  /// The columns `id BIGINT`, `name STRING`, `price DECIMAL(10, 2)`, `made TIMESTAMP(6)`, `day INT`.
  static let columns: [TargetTable.Column] = [
    .init(name: "id", type: .int64, isNullable: false), .init(name: "name", type: .string, isNullable: true, comment: "what it's called"),
    .init(name: "price", type: .decimal(precision: 10, scale: 2), isNullable: true),
    .init(name: "made", type: .timestamp(precision: 6), isNullable: true), .init(name: "day", type: .int32, isNullable: false),
  ]

  init(
    key: [String] = ["id"], partitions: [String] = [], buckets: Int? = nil, columns: [TargetTable.Column] = Self.columns,
    options: [String: String] = [:], folder: TemporaryFolder? = nil, plugin: any LakePlugin.Type = PaimonPlugin.self, mode: String = "merge-on-read",
    table: [String: OptionValue] = [:], catalog: ((TemporaryFolder) -> [String: OptionValue])? = nil
  ) throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    formatName = LakeFormatName(rawValue: plugin.id) ?? .paimon
    target = TargetTable(
      id: Self.table, columns: columns, primaryKey: key, partitionKeys: partitions, buckets: buckets, comment: "orders", options: options)
    var options: [String: OptionValue] = [
      "warehouse": .string(folder.path), "table": .object(OptionValues(table.merging(["mode": .string(mode)]) { $1 })),
    ]
    options["catalog"] = catalog.map { .object(OptionValues($0(folder))) }
    let values = OptionValues(options)
    format = try plugin.make(values, stores: StoreRegistry(["file": LocalStore.locate]))
  }

  var foreign: ForeignTable {
    Lake(warehouse: folder.path, format: formatName).table(Self.table.database, Self.table.name)
  }

  func open(writer: String = "w1", schemaVersion: Int64? = nil) throws -> any LakeTable {
    try format.openOrCreate(target, writer: WriterIdentity(id: writer), schemaVersion: schemaVersion)
  }

  /// The rows of the table as text, sorted.
  func rows(columns: [String]? = nil, limit: Int? = nil) throws -> [String] {
    let reader = try format.open(Self.table).makeReader(columns: columns, limit: limit)
    var rows: [String] = []
    while let batch = try reader.next() { rows += Self.text(batch) }
    return rows.sorted()
  }

  static func text(_ batch: Batch) -> [String] {
    let columns = batch.columns.map { ValueText($0) }
    return (0..<batch.rowCount).map { row in columns.map { $0.text(row) ?? "NULL" }.joined(separator: "|") }
  }

  /// Rows with the given ids; the other columns follow from the id and `name`.
  static func batch(_ ids: [Int64], name: String = "n", sequence: Int64 = 0, kinds: [RowKind]? = nil) -> ChangeBatch {
    var rows = BatchBuilder(types: columns.map(\.type))
    for id in ids {
      rows.columns[0].append(id)
      if id % 7 == 3 { rows.columns[1].appendNull() } else { rows.columns[1].append(text: "\(name)-\(id)") }
      rows.columns[2].append(id * 101)
      rows.columns[3].append(1_700_000_000_000_000 + id * 1_000_001)
      rows.columns[4].append(Int32(truncatingIfNeeded: id % 3))
      rows.finishRow()
    }
    return ChangeBatch(
      table: table, schemaVersion: 0, rows: rows.finish(), kinds: kinds.map { .each($0.map(\.rawValue)) } ?? .allInserts,
      sequence: .constant(sequence))
  }

  /// Routes and writes batches.
  static func write(_ batches: [ChangeBatch], to table: any LakeTable, _ writer: any TableWriter, origin: RowOrigin) throws {
    let router = try table.makeRouter()
    for batch in batches {
      for part in try router.route(batch) { try writer.write(part.rows, slot: part.slot, origin: origin) }
    }
  }

  /// Writes and commits batches as one checkpoint.
  func commit(
    _ batches: [ChangeBatch], checkpoint: CheckpointID, origin: RowOrigin = .snapshot(range: 0, isOrdered: true), writer: String = "w1",
    properties: [String: String] = [:]
  ) throws {
    let table = try open(writer: writer)
    let writer = try table.makeWriter(TableWriterOptions(label: "0", targetFileSize: 128 << 20))
    try Self.write(batches, to: table, writer, origin: origin)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: properties)
  }

  /// The names of the files below a folder of the table.
  func files(_ matching: String) throws -> [String] {
    try LocalStore(root: "/").list(foreign.folder).map(\.path).filter { $0.contains(matching) }
  }
}
