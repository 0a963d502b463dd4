internal import Foundation
internal import SluiceCore

/// The way of a table's rows to the slots of one version of its target, the same for the copy and for the stream: T-nodes, mapping, slots.
/// Confined to one thread.
final class RowFlow {
  let target: TableTarget
  private let chain: TransformChain
  private let mapping: RowMapping
  private let router: any RowRouter
  private let sensitive: Set<String>

  init(_ target: TableTarget) throws {
    self.target = target
    mapping = try RowMapping(target.plan, storageTypes: target.lake.storageTypes)
    router = try target.lake.makeRouter()
    chain = try target.chain.get()
    sensitive = chain.sensitiveColumns
  }

  /// The rows as they are written, by slot; those that a node could not deal with go to `dirty`.
  func route(_ batch: ChangeBatch, dirty: (DirtyRow) throws -> Void) throws -> [(slot: Slot, rows: ChangeBatch)] {
    let shaped = try shape(batch, dirty: dirty)
    return shaped.rowCount == 0 ? [] : try router.route(mapping.apply(shaped))
  }

  private func shape(_ batch: ChangeBatch, dirty: (DirtyRow) throws -> Void) throws -> ChangeBatch {
    guard !chain.isEmpty else { return batch }
    let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
    let shaped = try chain.apply(batch.takenIn(at: now)) { step, failures, rows in
      for failure in failures {
        try dirty(
          DirtyRow(
            rows, row: failure.row, columns: step.input.columns, key: step.input.primaryKey, node: step.node.path, code: failure.code,
            column: failure.column, reason: failure.reason, sensitive: sensitive))
      }
    }
    return try withoutNullKeys(shaped, dirty: dirty)
  }

  /// No target holds NULL in its key, whatever a node makes of it.
  private func withoutNullKeys(_ batch: ChangeBatch, dirty: (DirtyRow) throws -> Void) throws -> ChangeBatch {
    let table = chain.output
    let broken = table.keyIndexes.filter { batch.rows.columns[$0].nullCount > 0 }
    guard !broken.isEmpty else { return batch }
    var kept: [Int32] = []
    for row in 0..<batch.rowCount {
      guard let place = broken.first(where: { batch.rows.columns[$0].isNull(row) }) else {
        kept.append(Int32(row))
        continue
      }
      try dirty(
        DirtyRow(
          batch, row: row, columns: table.columns, key: table.primaryKey, node: DirtyRow.writeNode, code: "null-key",
          column: table.columns[place].name, reason: "the key would be NULL", sensitive: sensitive))
    }
    return batch.taking(kept)
  }
}
