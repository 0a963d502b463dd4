internal import SluiceCore
internal import Synchronization

/// One table of a run on its way to one target: that open target and its counters. Its number never changes.
final class TableRun: Sendable {
  let number: Int
  /// Of its target, which other tables may share.
  let targetNumber: Int
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

  init(number: Int, targetNumber: Int, target: TableTarget, rowsRead: Int, changesBefore: Int = 0) {
    self.changesBefore = changesBefore
    self.number = number
    self.targetNumber = targetNumber
    counters = Counters(rows: rowsRead)
    current = Mutex(target)
  }

  /// Row changes of the stream in the runs before.
  let changesBefore: Int

  /// Where rows go now. Rows that are on their way keep the one that they were made for.
  var target: TableTarget {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  var plan: TablePlan { target.plan }
  var source: TableID { target.plan.source.id }
  /// Read in one piece, and again from the start when that fails.
  var isWhole: Bool { target.plan.source.primaryKey.isEmpty }

  /// What a range of the table is called among those of all tables that share its target.
  func key(ofRange range: Int) -> Int { number << 32 | range }
}

/// A table's plan, the way of its rows, and its open target under one version of its schema. Told apart by identity; those of tables that
/// share a target have the same `lake` object.
final class TableTarget: Sendable {
  let plan: TablePlan
  /// A failure where the spec's T-nodes do not fit the table as it is: those of a spec that was corrected for the next statement of the log.
  let chain: Result<TransformChain, SluiceError>
  let lake: any LakeTable
  /// Whether the history of all its tables is in it, so that changes are placed for good.
  let isAligned: Bool

  init(plan: TablePlan, chain: Result<TransformChain, SluiceError>, lake: any LakeTable, isAligned: Bool) {
    self.plan = plan
    self.chain = chain
    self.lake = lake
    self.isAligned = isAligned
  }

  /// The same with its history complete, or not.
  func aligned(_ isAligned: Bool) -> TableTarget { TableTarget(plan: plan, chain: chain, lake: lake, isAligned: isAligned) }

  /// Whether rows of a copy that come in the order of the source's key come in the order of the target's, and apart from those of other tables.
  func keepsOrder(isShared: Bool) -> Bool {
    guard let chain = try? chain.get() else { return false }
    let shard = [Route.shardDatabase, Route.shardTable]
    let isSharded = plan.target.primaryKey.starts(with: shard)
    guard isSharded || !isShared else { return false }
    let key = plan.target.primaryKey.dropFirst(isSharded ? shard.count : 0)
    guard key.elementsEqual(plan.source.primaryKey) else { return false }
    let named = Set(chain.steps.flatMap(\.node.transform.namedColumns).map { $0.lowercased() })
    return key.allSatisfy { name in
      guard let before = plan.source.columnIndex(name), let after = plan.rows.columnIndex(name) else { return false }
      return chain.isEmpty || !named.contains(name.lowercased()) && plan.source.columns[before].type == plan.rows.columns[after].type
    }
  }
}
