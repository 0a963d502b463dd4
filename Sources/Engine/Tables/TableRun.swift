internal import SluiceCore
internal import Synchronization

/// One table of a run: its open target and its counters. Its number never changes.
final class TableRun: Sendable {
  let number: Int
  let counters: Counters
  private let current: Mutex<TableTarget>

  /// What progress is told from, since the job began as far as this run knows.
  final class Counters: Sendable {
    /// Rows and bytes of the copy.
    let rows: Atomic<Int>
    let bytes = Atomic<Int>(0)
    let activeReaders = Atomic<Int>(0)
    /// Row changes of the stream in this run.
    let inserts = Atomic<Int>(0)
    let updates = Atomic<Int>(0)
    let deletes = Atomic<Int>(0)
    let schemaChanges = Atomic<Int>(0)
    /// Commits since the table was last maintained.
    let commits = Atomic<Int>(0)
    /// Whether rows from before an added column wait for maintenance to give them the column's constant.
    let owesFills = Atomic<Bool>(false)

    init(rows: Int) {
      self.rows = Atomic(rows)
    }
  }

  init(number: Int, target: TableTarget, rowsRead: Int) {
    self.number = number
    counters = Counters(rows: rowsRead)
    current = Mutex(target)
  }

  /// Where rows go now. Rows that are on their way keep the one that they were made for.
  var target: TableTarget {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  var plan: TablePlan { target.plan }
  var source: TableID { target.plan.source.id }
  /// Read in one piece, and again from the start when that fails.
  var isWhole: Bool { target.plan.source.primaryKey.isEmpty }
}

/// A table's plan and its open target under one version of its schema. Told apart by identity.
final class TableTarget: Sendable {
  let plan: TablePlan
  let lake: any LakeTable
  /// Whether the history is in it, so that changes are placed for good.
  let isAligned: Bool

  init(plan: TablePlan, lake: any LakeTable, isAligned: Bool) {
    self.plan = plan
    self.lake = lake
    self.isAligned = isAligned
  }
}
