import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// A table that merges on write under random changes, and what it must hold after each commit.
final class ChangeModel {
  /// Keys are those of the numbers below this.
  static let space = 600

  let fixture: TableFixture
  let shape: KeyShape
  let scratch: TemporaryFolder
  var random: SeededRandom
  private let isPartitioned: Bool
  private let hasScratch: Bool
  /// `nil` for a Paimon table.
  private let iceberg: IcebergLayoutCase?
  private let table: any LakeTable
  private let router: any RowRouter
  private let committer: any TableCommitter
  private var writers: [any TableWriter] = []
  private var writersMade = 0
  private(set) var checkpoint: CheckpointID = 0
  private var serial: Int64 = 0
  /// By the number of the key.
  private(set) var rows: [Int: Row] = [:]

  struct Row {
    let serial: Int64
    let label: String?
  }

  init(
    _ shape: KeyShape, buckets: Int, isPartitioned: Bool, hasScratch: Bool = true, options: [String: String] = [:], iceberg: IcebergLayoutCase? = nil,
    seed: UInt64
  ) throws {
    self.shape = shape
    self.iceberg = iceberg
    self.isPartitioned = isPartitioned
    self.hasScratch = hasScratch
    random = SeededRandom(seed: seed)
    scratch = try TemporaryFolder()
    let columns =
      shape.columns + [
        .init(name: "day", type: .int32, isNullable: false), .init(name: "serial", type: .int64, isNullable: false),
        .init(name: "label", type: .string, isNullable: true),
      ]
    fixture = try TableFixture(
      key: shape.names + (isPartitioned ? ["day"] : []), partitions: isPartitioned ? ["day"] : [], buckets: buckets, columns: columns,
      options: options, plugin: iceberg == nil ? PaimonPlugin.self : IcebergPlugin.self, mode: iceberg?.mode ?? "merge-on-write",
      table: iceberg?.options ?? [:])
    table = try fixture.open()
    router = try table.makeRouter()
    committer = try table.makeCommitter()
  }

  var files: MetadataFiles { MetadataFiles(store: LocalStore(root: "/"), root: fixture.foreign.folder) }

  // MARK: changes

  /// Copies `count` rows as a snapshot does, and aligns the table.
  func load(_ count: Int) throws {
    try load(count, replacing: false)
  }

  /// The same in place of all that the table held.
  func reload(_ count: Int) throws {
    rows = [:]
    try load(count, replacing: true)
  }

  private func load(_ count: Int, replacing: Bool) throws {
    let numbers = Array(Set((0..<count).map { _ in Int.random(in: 0..<Self.space, using: &random) })).shuffled(using: &random)
    let writer = try table.makeWriter(TableWriterOptions(label: "load", targetFileSize: 128 << 20))
    for part in try router.route(batch(numbers.map { ($0, .insert) })) {
      try writer.write(part.rows, slot: part.slot, origin: .snapshot(range: 0, isOrdered: false))
    }
    checkpoint += 1
    try committer.commit(try writer.prepareCommit(), replacing: replacing, checkpoint: checkpoint, properties: [:])
    try committer.consolidate(checkpoint: checkpoint, memory: 64 << 20)
  }

  /// Random inserts, updates, deletes and changes of keys.
  func change(_ count: Int) throws {
    var changes: [(Int, RowKind)] = []
    var present = Set(rows.keys)
    for _ in 0..<count {
      let number = Int.random(in: 0..<Self.space, using: &random)
      let other = Int.random(in: 0..<Self.space, using: &random)
      switch (present.contains(number), Int.random(in: 0..<10, using: &random)) {
      case (true, 0..<5): changes.append((number, .updateAfter))
      case (true, 5..<8):
        changes.append((number, .delete))
        present.remove(number)
      case (true, _):
        changes += [(number, .delete), (other, .insert)]
        present.remove(number)
        present.insert(other)
      case (false, 0):
        // Deleted already, or never there.
        changes.append((number, .delete))
      case (false, _):
        changes.append((number, .insert))
        present.insert(number)
      }
    }
    try write(batch(changes))
  }

  func write(_ batch: ChangeBatch) throws {
    if writers.isEmpty { try makeWriters() }
    for part in try router.route(batch) {
      try writers[Int(part.slot.bucket) % writers.count].write(part.rows, slot: part.slot, origin: .stream)
    }
  }

  /// Rows of these numbers, and the model after them.
  func batch(_ changes: [(number: Int, kind: RowKind)]) -> ChangeBatch {
    var builder = BatchBuilder(types: fixture.target.columns.map(\.type))
    var numbers: [Int64] = []
    let first = shape.columns.count
    for (number, kind) in changes {
      serial += 1
      let label = serial % 5 == 0 ? nil : "l\(serial)"
      shape.append(number, builder.columns)
      builder.columns[first].append(Int32(number % 3))
      builder.columns[first + 1].append(serial)
      if let label { builder.columns[first + 2].append(text: label) } else { builder.columns[first + 2].appendNull() }
      builder.finishRow()
      numbers.append(serial)
      rows[number] = kind == .delete ? nil : Row(serial: serial, label: label)
    }
    return ChangeBatch(
      table: TableFixture.table, schemaVersion: 0, rows: stored(builder.finish()), kinds: .each(changes.map(\.kind.rawValue)),
      sequence: .each(numbers))
  }

  /// The columns in the types in which the table keeps them.
  private func stored(_ batch: Batch) -> Batch {
    Batch(columns: zip(batch.columns, table.storageTypes).map { $0.type == $1 ? $0 : $0.converted(to: $1) }, rowCount: batch.rowCount)
  }

  // MARK: writers and commits

  /// As a run does that starts again: nothing but the table and the scratch folder is left.
  func makeWriters() throws {
    for writer in writers { writer.abandon() }
    writersMade += 1
    writers = try (0..<2).map {
      try table.makeWriter(
        TableWriterOptions(
          label: "\(writersMade)_\($0)", targetFileSize: 128 << 20, isAligned: true, scratch: hasScratch ? scratch.path : nil))
    }
  }

  var heldBytes: Int { writers.reduce(0) { $0 + $1.heldBytes } }

  func relieve() throws {
    for writer in writers { try writer.relieve(to: 0) }
  }

  func prepare() throws -> [PreparedFile] {
    try JSONCopy.of(writers.flatMap { try $0.prepareCommit() })
  }

  func commit(_ prepared: [PreparedFile]) throws {
    checkpoint += 1
    try committer.commit(prepared, checkpoint: checkpoint, properties: ["position": "\(serial)"])
  }

  /// All rows go in one commit, as when the source's table is truncated.
  func truncate() throws {
    checkpoint += 1
    rows = [:]
    try committer.commit([], replacing: true, checkpoint: checkpoint, properties: [:])
  }

  func commitAgain(_ prepared: [PreparedFile]) throws {
    try fixture.open().makeCommitter().commit(prepared, checkpoint: checkpoint, properties: ["position": "\(serial)"])
  }

  func removeOrphans(keeping: [PreparedFile] = []) throws {
    for writer in writers { writer.abandon() }
    writers = []
    _ = try committer.removeOrphans(keeping: keeping)
  }

  func maintenance(isQuiet: Bool = false) throws -> any TableMaintenance {
    try table.makeMaintenance(
      MaintenanceOptions(label: "m", targetFileSize: 128 << 20, memory: 32 << 20, scratch: hasScratch ? scratch.path : nil, isQuiet: isQuiet))
  }

  // MARK: checks

  /// All readers see exactly the model's rows, and merge nothing.
  func check(_ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation) throws {
    let expected = rows.map { number, row in "\(number % 3)|\(row.serial)|\(row.label ?? "NULL")" }.sorted()
    #expect(try fixture.rows(columns: ["day", "serial", "label"]) == expected, comment, sourceLocation: location)
    let whole = try fixture.rows()
    #expect(Set(whole) == Set(wholeRows()) && whole.count == rows.count, comment, sourceLocation: location)
    if let iceberg { return try iceberg.check(fixture, ["day", "serial", "label"], expected, comment, at: location) }
    for reader in LakeFormatName.paimon.readers {
      let found = try fixture.foreign.rows(by: reader, columns: ["day", "serial", "label"])
      let texts = found.rows.map { "\($0[0].integer ?? -1)|\($0[1].integer ?? -1)|\($0[2].text ?? "NULL")" }.sorted()
      #expect(texts == expected, "\(reader) \(comment.map { "\($0)" } ?? "")", sourceLocation: location)
    }
    #expect(try fixture.foreign.files().allSatisfy(\.isRawConvertible), comment, sourceLocation: location)
    try checkLevels(comment, at: location)
  }

  /// No two files of one slot and level share a part of the keys.
  func checkLevels(_ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation) throws {
    guard let snapshot = try files.latestSnapshot() else { return }
    let types = shape.columns.map(\.type)
    for (slot, files) in Dictionary(grouping: try files.liveFiles(of: snapshot), by: \.slot) {
      for (level, files) in Dictionary(grouping: files, by: \.file.level) {
        let sections = KeySections(keyCount: types.count).sections(of: try files.map { try KeyedFile($0, keyTypes: types) })
        #expect(
          level > 0 && sections.count == files.count, "bucket \(slot.bucket) level \(level) \(comment.map { "\($0)" } ?? "")",
          sourceLocation: location)
      }
    }
  }

  private func wholeRows() -> [String] {
    let numbers = rows.keys.sorted()
    let keys = TableFixture.text(shape.rows(numbers))
    return zip(numbers, keys).map { number, key in
      "\(key)|\(number % 3)|\(rows[number]?.serial ?? -1)|\(rows[number]?.label ?? "NULL")"
    }
  }
}
