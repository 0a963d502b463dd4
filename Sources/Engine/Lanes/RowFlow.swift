internal import Foundation
internal import SluiceCore

/// The way of a table's rows to the slots of one version of its target, the same for the copy and for the stream: T-nodes, mapping, slots.
/// Confined to one thread.
final class RowFlow {
  let target: TableTarget
  private let chain: TransformChain
  private let mapping: RowMapping
  private let router: any RowRouter
  /// Columns whose values are not kept in dirty rows.
  let sensitive: Set<String>

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
    let batch = batch.takenIn(at: now)
    var hasFailures = false
    let shaped = try chain.apply(batch) { _, _, _ in hasFailures = true }
    let nullKeys = chain.output.keyIndexes.filter { shaped.rows.columns[$0].nullCount > 0 }
    if hasFailures || !nullKeys.isEmpty { try tell(batch, nullKeys, dirty) }
    guard !nullKeys.isEmpty else { return shaped }
    // No target holds NULL in its key, whatever a node makes of it.
    return shaped.taking((0..<shaped.rowCount).filter { row in !nullKeys.contains { shaped.rows.columns[$0].isNull(row) } }.map { Int32($0) })
  }

  /// Does it once more, with the number of each row in the place of its sequence number: what is kept of a row that a node could not deal with is
  /// the row as the source had it.
  private func tell(_ batch: ChangeBatch, _ nullKeys: [Int], _ dirty: (DirtyRow) throws -> Void) throws {
    let source = target.plan.source
    let numbered = batch.replacingSequence(.each((0..<batch.rowCount).map { Int64($0) }))
    let shaped = try chain.apply(numbered) { step, failures, rows in
      for failure in failures {
        let found = DirtyRow.shown(rows, row: failure.row, column: failure.column, columns: step.input.columns)
        try dirty(
          DirtyRow(
            batch, row: Int(rows.sequence[failure.row]), columns: source.columns, key: source.primaryKey, node: step.node.path, code: failure.code,
            column: failure.column, value: found, reason: failure.reason, sensitive: sensitive))
      }
    }
    for row in 0..<shaped.rowCount where shaped.kinds[row] != RowKind.updateBefore.rawValue {
      guard let place = nullKeys.first(where: { shaped.rows.columns[$0].isNull(row) }) else { continue }
      try dirty(
        DirtyRow(
          batch, row: Int(shaped.sequence[row]), columns: source.columns, key: source.primaryKey, node: DirtyRow.writeNode, code: "null-key",
          column: chain.output.columns[place].name, value: "", reason: "the key would be NULL", sensitive: sensitive))
    }
  }
}
