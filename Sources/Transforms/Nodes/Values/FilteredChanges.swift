import SluiceCore

/// What changes of a table with a key become when the lake holds only rows for which a condition is true.
///
/// An update that moves a row out is the delete of the row as it was; one that moves it in is an insert. A row that was not in the lake goes
/// without a trace: nobody is to keep it as a deleted one.
struct FilteredChanges {
  private let batch: ChangeBatch
  private let failed: [Int: RowFailure]
  private var passes: [Bool]
  private var kinds: [UInt8]
  private var kept: [Int32] = []

  init(_ batch: ChangeBatch, _ kinds: [UInt8], _ selection: Selection) {
    self.batch = batch
    self.kinds = kinds
    failed = Dictionary(selection.failures.map { ($0.row, $0) }) { first, _ in first }
    passes = [Bool](repeating: false, count: batch.rowCount)
    for row in selection.rows { passes[Int(row)] = true }
    kept.reserveCapacity(batch.rowCount)
  }

  mutating func settle(_ failures: inout [SluiceCore.RowFailure]) -> ChangeBatch {
    var row = 0
    while row < batch.rowCount {
      let isPair = batch.isUpdatePair(at: row)
      let now = isPair ? row + 1 : row
      if !failed.isEmpty, let failure = failed[now], !RowKind.removes(kinds[now]) {
        failures.append(failure.asRowFailure())
      } else if isPair {
        settlePair(row)
      } else {
        settle(row)
      }
      row = now + 1
    }
    return batch.replacingKinds(.each(kinds)).taking(kept)
  }

  /// The row as it was goes from the lake on its own where it did not pass, should it be there by a condition of earlier times.
  private mutating func settlePair(_ before: Int) {
    let after = before + 1
    keep(before, passes[before] && !passes[after] ? .delete : .updateBefore)
    if passes[after] { keep(after, passes[before] ? .updateAfter : .insert) }
  }

  private mutating func settle(_ row: Int) {
    switch kinds[row] {
    case RowKind.delete.rawValue: keep(row, passes[row] ? .delete : .updateBefore)
    case RowKind.updateBefore.rawValue: keep(row, .updateBefore)
    // Nobody knows what the row was before.
    case RowKind.updateAfter.rawValue: keep(row, passes[row] ? .updateAfter : .delete)
    default: if passes[row] { keep(row, .insert) }
    }
  }

  private mutating func keep(_ row: Int, _ kind: RowKind) {
    kinds[row] = kind.rawValue
    kept.append(Int32(truncatingIfNeeded: row))
  }
}
