internal import SluiceCore

/// A table whose changes are handed over: its definition at the place in the log where the reader stands, and the rows that have come
/// together.
final class FollowedEntry {
  private(set) var table: MySQLTable
  private(set) var assembly: BinlogTableAssembly
  private(set) var schemaVersion: Int
  /// Changes of rows that the transaction had so far, those included that were handed over before.
  private(set) var changeCount = 0
  /// The first changes of the transaction, which were handed over before.
  private(set) var handedOver = 0
  /// Whether the transaction is before the place from which on the table is followed.
  private(set) var isLeftOut = false
  private var from: MySQLPosition?
  private var ordinal = -1

  var id: TableID { table.definition.id }

  let needsImagesBefore: Bool

  init(_ table: MySQLTable, from: MySQLPosition? = nil, schemaVersion: Int = 0, needsImagesBefore: Bool = false) {
    self.needsImagesBefore = needsImagesBefore
    self.table = table
    self.from = from
    self.schemaVersion = schemaVersion
    assembly = BinlogTableAssembly(table, schemaVersion: schemaVersion, options: table.options, needsImagesBefore: needsImagesBefore)
  }

  /// The rows of the next changes follow `table`. Those that have come together must have been taken.
  func change(to table: MySQLTable) {
    self.table = table
    schemaVersion += 1
    assembly = BinlogTableAssembly(table, schemaVersion: schemaVersion, options: table.options, needsImagesBefore: needsImagesBefore)
  }

  /// Called before each use; `true` when the table is first used in the transaction. `resumed` counts what was handed over of it before.
  func enter(_ tracker: LogTracker, resumed: MySQLPosition?) -> Bool {
    guard ordinal != tracker.ordinal else { return false }
    ordinal = tracker.ordinal
    changeCount = 0
    handedOver = resumed?.rows[id] ?? 0
    isLeftOut = from.map { tracker.isBefore($0) } ?? false
    if let from, !isLeftOut {
      if from.isWithinTransaction, tracker.isWithin(from) { handedOver = from.rows[id] ?? 0 }
      if (try? tracker.position.hasReached(from)) ?? true { self.from = nil }
    }
    return true
  }

  func count(_ changes: Int) { changeCount += changes }
}
