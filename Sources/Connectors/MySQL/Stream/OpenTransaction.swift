internal import SluiceCore

/// What a stream has to remember within a transaction.
struct OpenTransaction {
  /// Tables whose rows the transaction changed.
  var touched: [FollowedEntry] = []
  /// Statements so far that are neither its begin nor its end.
  var statementCount = 0
  /// Tables of which the log told changes that were undone within the transaction.
  private(set) var undone: [TableID] = []
  /// Where the stream began, when that was within a transaction and as long as it was not read to its end.
  private var resumed: MySQLPosition?

  init(resumed: MySQLPosition?) {
    self.resumed = resumed
  }

  /// What was handed over of the transaction before the stream began; `nil` when nothing was.
  func resumed(_ tracker: LogTracker) -> MySQLPosition? { resumed.flatMap { tracker.isWithin($0) ? $0 : nil } }

  /// Tables with changes that were read.
  var changedTables: [TableID] {
    touched.filter { !$0.isLeftOut && $0.changeCount > 0 }.map(\.id)
  }

  /// What the log told of the transaction so far may not have happened.
  mutating func undo() {
    undone = changedTables
  }

  /// The tracker has just ended it.
  mutating func end(_ tracker: LogTracker) {
    if let resumed, resumed.open == nil || resumed.open == tracker.ended.identifier?.description { self.resumed = nil }
    if !touched.isEmpty { touched.removeAll(keepingCapacity: true) }
    if !undone.isEmpty { undone = [] }
    statementCount = 0
  }

  /// Notes in the position before the transaction what of it was handed over, now or before the stream began.
  func describe(_ position: inout MySQLPosition, _ tracker: LogTracker, isWithin: Bool) {
    guard isWithin else {
      if let resumed { (position.open, position.rows, position.statements) = (resumed.open, resumed.rows, resumed.statements) }
      return
    }
    let earlier = resumed(tracker)
    position.rows = earlier?.rows ?? [:]
    position.statements = max(statementCount, earlier?.statements ?? 0)
    for entry in touched where !entry.isLeftOut && entry.changeCount > 0 {
      position.rows[entry.id] = max(position.rows[entry.id] ?? 0, entry.changeCount)
    }
    if position.isWithinTransaction { position.open = tracker.identifier?.description }
  }
}
