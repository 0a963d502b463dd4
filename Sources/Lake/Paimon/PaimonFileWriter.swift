internal import Foundation
internal import SluiceCore
internal import SluiceFormats

/// Writes one data file and says what a manifest holds of it. Rows must come in the order in which the file keeps them.
///
/// Confined to one thread.
final class PaimonFileWriter: DataFileOutput {
  let name: String
  let path: String
  private let layout: DataFileLayout
  private let slot: Slot
  private let totalBuckets: Int32
  private let level: Int32
  private let source: Int32
  private let file: ParquetFileWriter
  private var systemColumns = SystemColumns()
  private var firstKey: Batch?
  private var lastKey: Batch?
  private var minSequence = Int64.max
  private var maxSequence = Int64.min
  private var deleteRowCount = 0

  init(
    _ layout: DataFileLayout, name: String, folder: String, slot: Slot, totalBuckets: Int32, level: Int32, source: Int32, store: any ObjectStore
  ) throws {
    self.slot = slot
    self.totalBuckets = totalBuckets
    self.layout = layout
    self.name = name
    path = "\(folder)/\(name)"
    self.level = level
    self.source = source
    file = try ParquetFileWriter(fields: layout.fields, options: layout.options, to: try store.upload(to: path))
  }

  var heldBytes: Int { file.heldBytes }
  var estimatedFileBytes: Int { file.estimatedFileBytes }

  func write(_ changes: ChangeBatch) throws {
    let count = changes.rowCount
    if count == 0 { return }
    guard layout.isKeyed else { return try file.write(changes.rows) }
    let keys = changes.rows.selecting(layout.keys)
    if firstKey == nil { firstKey = keys.taking([0]) }
    lastKey = keys.taking([Int32(count - 1)])
    note(changes)
    let system = systemColumns.columns(for: changes)
    let copies = layout.hasKeyCopies ? keys.columns : []
    try file.write(Batch(columns: copies + system + changes.rows.columns, rowCount: count))
  }

  /// Frees what waits in memory for the end of a row group.
  func flush() throws {
    try file.flush()
  }

  /// Makes the file durable.
  func finish() throws -> ManifestEntry {
    let facts = try file.finish()
    let bounds = ValueBounds(facts, layout: layout)
    let keyBounds = bounds.keys(layout)
    let rows = Int64(facts.rowCount)
    let file = DataFileMeta(
      fileName: name, fileSize: facts.byteCount, rowCount: facts.rowCount, minKey: firstKey.map { BinaryRow($0.columns, row: 0) } ?? .empty,
      maxKey: lastKey.map { BinaryRow($0.columns, row: 0) } ?? .empty, keyStats: keyBounds, valueStats: bounds.bounds,
      valueStatsColumns: bounds.names, minSequence: layout.isKeyed ? minSequence : 0, maxSequence: layout.isKeyed ? maxSequence : rows - 1,
      schemaID: layout.schemaID, level: level, creationTime: Int64(Date().timeIntervalSince1970 * 1000), deleteRowCount: deleteRowCount,
      fileSource: source)
    return ManifestEntry(kind: .add, slot: slot, totalBuckets: totalBuckets, file: file)
  }

  func abandon() {
    file.abandon()
  }

  private func note(_ changes: ChangeBatch) {
    switch changes.sequence {
    case .constant(let number):
      minSequence = min(minSequence, number)
      maxSequence = max(maxSequence, number)
    case .each(let numbers):
      for number in numbers {
        minSequence = min(minSequence, number)
        maxSequence = max(maxSequence, number)
      }
    }
    if case .each(let kinds) = changes.kinds {
      for kind in kinds where kind == RowKind.delete.rawValue || kind == RowKind.updateBefore.rawValue { deleteRowCount += 1 }
    }
  }
}
