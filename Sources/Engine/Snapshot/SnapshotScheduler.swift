internal import SluiceCore

/// Hands out snapshot ranges to readers, lets an idle reader halve the largest range, and freezes the picture for a checkpoint.
///
/// Invariant: at any moment the free, active and parting ranges of a table together are exactly the rows that were not yet sent to the lanes.
final class SnapshotScheduler: Sendable {
  enum Assignment: Sendable {
    case read(table: Int, SnapshotRange)
    /// The reader looks for the middle of a range that nobody reads meanwhile, then calls `part`.
    case split(table: Int, SnapshotRange)
    /// Nothing to do for now.
    case rest
  }

  struct Table {
    var state: TableState
    var free: [SnapshotRange]
    /// By reader.
    var active: [Int: SnapshotRange] = [:]
    /// Given up by its reader for the reader that is the key, which will part it.
    var parting: [Int: SnapshotRange] = [:]
    /// The idle reader that asks the key's reader to give its range up.
    var splitRequests: [Int: Int] = [:]
    var unsplittable: Set<Int> = []
    /// Not read until the stream has passed this place, because the table's definition is about to change there.
    var heldUntil: Position?
    /// A whole read broke, and the table waits for being copied anew.
    var isGivenUp = false
    /// The target is about to be made anew, and nothing is read before.
    var isRemade = false
    /// Whether the table has left the run.
    var isGone = false

    /// A table without a key is read in one piece, and again from the start when that fails.
    var isWhole: Bool { state.plan.source.primaryKey.isEmpty }
    var isRead: Bool { !isGone && !isGivenUp && state.phase == .copying && free.isEmpty && active.isEmpty && parting.isEmpty }
    var isReadable: Bool { !isGone && !isRemade && heldUntil == nil }
    /// Whether no page of it is left to read.
    var isOver: Bool { isGone || isRead || state.phase == .copied || state.phase == .aligned }
    var ranges: [SnapshotRange] { free + active.values.sorted { $0.id < $1.id } + parting.values.sorted { $0.id < $1.id } }
  }

  struct State {
    var tables: [Table]
    /// Readers that may be sending rows.
    var busy: Set<Int> = []
    var isPaused = false
    /// Keeps the stream out for longer than the readers.
    var isStreamPaused = false
    var isStreamBusy = false
    /// Files are made faster than they are merged.
    var isStreamHeld = false
    /// Readers rest: a window is closed, or the source is busy.
    var isCopyHeld = false
    /// All rows of the log before this place are in the lanes.
    var stream: Checkpoint.StreamState?
    /// Changes at every slice that moved the stream.
    var slices = 0
    var isStopping = false
  }

  let state: Monitor<State>
  /// Whether tables may join when all are read.
  private let waitsForTables: Bool

  init(stream: Checkpoint.StreamState?, waitsForTables: Bool) {
    state = Monitor(State(tables: [], stream: stream))
    self.waitsForTables = waitsForTables
  }

  /// Takes in a table under the next number, which `body` is told while nobody else can see it.
  func add<Result>(_ table: TableState, _ body: (Int) -> Result) -> Result {
    state.update { state in
      let result = body(state.tables.count)
      state.tables.append(Table(state: table, free: table.phase == .copying ? table.ranges : []))
      return result
    }
  }

  /// The next piece of work; `nil` when there is none left, or the run ends. Waits while other readers may leave something to do.
  /// With `rests`, a reader that would have to wait for long is told to `rest` instead: it lets go of its connection and asks again.
  func take(reader: Int, lastTable: Int?, rests: Bool = false) -> Assignment? {
    state.wait { state -> Assignment?? in
      state.busy.remove(reader)
      if state.isStopping { return .some(nil) }
      if state.isPaused { return nil }
      if state.isCopyHeld { return rests ? .some(.rest) : nil }
      if let (table, range) = Self.takeParting(&state, reader) { return .some(.split(table: table, range)) }
      if let (table, range) = Self.takeFree(&state, lastTable) ?? Self.startTable(&state) {
        Self.withdrawSplitRequests(&state, reader)
        state.tables[table].active[reader] = range
        state.busy.insert(reader)
        return .some(.read(table: table, range))
      }
      let isOver = state.tables.allSatisfy { $0.active.isEmpty && $0.parting.isEmpty }
      if isOver && !waitsForTables { return .some(nil) }
      if isOver && rests { return .some(.rest) }
      Self.requestSplit(&state, reader)
      return nil
    }
  }

  /// Notes that rows up to `range`'s cursor are in the lanes. Waits while a checkpoint freezes the picture.
  func advance(reader: Int, table: Int, to range: SnapshotRange, rows: Int) -> ReadDirective {
    // One look under the lock that tells: a freeze that began in between would wait for this reader, and this reader for its end.
    let directive = state.update { state in
      // A table that is copied anew has taken its ranges back.
      guard state.tables[table].active[reader]?.id == range.id else { return ReadDirective?.some(.pause) }
      state.tables[table].active[reader] = range
      state.tables[table].state.rowsRead += rows
      let directive = Self.directive(state, reader, table)
      if directive == nil { state.busy.remove(reader) }
      return directive
    }
    if let directive { return directive }
    return state.wait { state in
      guard state.tables[table].active[reader]?.id == range.id else { return .pause }
      guard let directive = Self.directive(state, reader, table) else { return nil }
      state.busy.insert(reader)
      return directive
    }
  }

  /// The reader read its range to the end.
  func finish(reader: Int, table: Int) {
    state.update { state in
      state.tables[table].active[reader] = nil
      state.tables[table].splitRequests[reader] = nil
      state.busy.remove(reader)
    }
  }

  /// The reader stopped before the end of its range: because it was asked to, or because its connection broke.
  func release(reader: Int, table: Int) {
    state.update { state in
      guard let range = state.tables[table].active.removeValue(forKey: reader) else { return }
      if let asker = state.tables[table].splitRequests.removeValue(forKey: reader) {
        state.tables[table].parting[asker] = range
      } else {
        state.tables[table].free.append(range)
      }
      state.busy.remove(reader)
    }
  }

  /// Ends a split: both halves, or the whole when no middle was found, are free again.
  func part(reader: Int, table: Int, at middle: SnapshotKey?) {
    state.update { state in
      guard var left = state.tables[table].parting.removeValue(forKey: reader) else { return }
      guard let middle else {
        state.tables[table].unsplittable.insert(left.id)
        state.tables[table].free.append(left)
        return
      }
      let right = SnapshotRange(
        id: state.tables[table].state.nextRange, lower: middle, upper: left.upper, rowsLeft: left.rowsLeft / 2)
      state.tables[table].state.nextRange += 1
      left.upper = middle
      left.rowsLeft -= right.rowsLeft
      state.tables[table].free += [left, right]
    }
  }

  /// The id of the range that the reader holds.
  func activeRange(reader: Int, table: Int) -> Int? {
    state.read { $0.tables[table].active[reader]?.id }
  }

  /// A table that is read whole starts again under a new range id.
  func restartWhole(reader: Int, table: Int) {
    state.update { state in
      guard state.tables[table].active.removeValue(forKey: reader) != nil else { return }
      state.tables[table].free = [Self.firstRange(&state.tables[table])]
      state.tables[table].state.rowsRead = 0
      state.busy.remove(reader)
    }
  }

  /// The reader lets go of its range, which nobody else is to read.
  func giveUp(reader: Int, table: Int) {
    state.update { state in
      state.tables[table].active[reader] = nil
      state.tables[table].isGivenUp = true
      state.busy.remove(reader)
    }
  }

  /// The reader's thread ends.
  func leave(reader: Int) {
    state.update { _ = $0.busy.remove(reader) }
  }

  /// Readers come home at their next batch, and get no more work.
  func stop() {
    state.update { $0.isStopping = true }
  }

  /// Waits until neither a reader nor the stream can send rows, and runs `body` on the frozen picture.
  ///
  /// With `isStreamPaused` set by `body`, the stream stays out until `releaseStream`.
  func frozen<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    state.update { $0.isPaused = true }
    state.wait { $0.busy.isEmpty && !$0.isStreamBusy ? () : nil }
    defer { state.update { $0.isPaused = false } }
    return try state.update { try body(&$0) }
  }

  /// As `frozen`, for what may take a while: the picture can be looked at meanwhile, and nobody moves it.
  func standing<Result>(_ body: () throws -> Result) rethrows -> Result {
    state.update { $0.isPaused = true }
    state.wait { $0.busy.isEmpty && !$0.isStreamBusy ? () : nil }
    defer { state.update { $0.isPaused = false } }
    return try body()
  }

  /// The stream waits before its next slice as long as it is held.
  func holdStream(_ isHeld: Bool) {
    if state.read({ $0.isStreamHeld }) != isHeld { state.update { $0.isStreamHeld = isHeld } }
  }

  /// Readers begin nothing as long as they are held, and leave what they read at the next batch. A table that is read whole is read to its end.
  func holdCopy(_ isHeld: Bool) {
    if state.read({ $0.isCopyHeld }) != isHeld { state.update { $0.isCopyHeld = isHeld } }
  }

  func releaseStream() {
    state.update { $0.isStreamPaused = false }
  }

  /// Before the stream hands a slice on: waits while a checkpoint freezes the picture. `false` when the run ends.
  func enterStream() -> Bool {
    state.wait { state in
      if state.isStopping { return false }
      guard !state.isPaused && !state.isStreamPaused && !state.isStreamHeld else { return nil }
      state.isStreamBusy = true
      return true
    }
  }

  /// The slice is in the lanes up to `position`; `nil` when it could not be handed on.
  func leaveStream(at position: Checkpoint.StreamState?) {
    state.update { state in
      state.isStreamBusy = false
      guard let position else { return }
      if position.position != state.stream?.position { state.slices += 1 }
      state.stream = position
    }
  }

  /// Runs `body` while the reader counts as sending no rows: a freeze does not wait for it.
  func resting<Result>(reader: Int, _ body: () throws -> Result) rethrows -> Result {
    state.update { _ = $0.busy.remove(reader) }
    defer {
      state.wait { state -> Void? in
        guard !state.isPaused || state.isStopping else { return nil }
        state.busy.insert(reader)
        return ()
      }
    }
    return try body()
  }

  /// The table is not read until the stream has passed `position`.
  func hold(_ table: Int, until position: Position) {
    state.update { $0.tables[table].heldUntil = position }
  }

  /// Changes a table's state outside of a checkpoint. Only the stream does, while it is busy.
  func update(_ table: Int, _ body: (inout Table) -> Void) {
    state.update { body(&$0.tables[table]) }
  }

  /// Whether every table is read to its end.
  var isDone: Bool {
    state.read { $0.tables.allSatisfy(\.isOver) }
  }

  /// Whether every table is in step.
  var isAligned: Bool {
    state.read { $0.tables.allSatisfy { $0.isGone || $0.state.phase == .aligned } }
  }

  /// What a reader does after a batch; `nil` while it has to wait.
  private static func directive(_ state: State, _ reader: Int, _ table: Int) -> ReadDirective? {
    if state.isStopping { return .pause }
    if state.isPaused { return nil }
    if state.isCopyHeld, !state.tables[table].isWhole { return .pause }
    return state.tables[table].splitRequests[reader] == nil ? .more : .pause
  }

  private static func firstRange(_ table: inout Table) -> SnapshotRange {
    let range = SnapshotRange(id: table.state.nextRange, lower: nil, upper: nil, rowsLeft: table.state.plan.source.estimatedRows)
    table.state.nextRange += 1
    return range
  }

  private static func takeParting(_ state: inout State, _ reader: Int) -> (Int, SnapshotRange)? {
    for table in state.tables.indices {
      if let range = state.tables[table].parting[reader] { return (table, range) }
    }
    return nil
  }

  private static func takeFree(_ state: inout State, _ lastTable: Int?) -> (Int, SnapshotRange)? {
    // A reader stays with its table as long as it can: its connection and statement are set up for it.
    let order = (lastTable.map { [$0] } ?? []) + Array(state.tables.indices)
    for table in order where !state.tables[table].free.isEmpty && state.tables[table].isReadable {
      return (table, state.tables[table].free.removeFirst())
    }
    return nil
  }

  private static func startTable(_ state: inout State) -> (Int, SnapshotRange)? {
    guard let table = state.tables.firstIndex(where: { $0.state.phase == .waiting && $0.isReadable }) else { return nil }
    state.tables[table].state.phase = .copying
    return (table, firstRange(&state.tables[table]))
  }

  private static func withdrawSplitRequests(_ state: inout State, _ reader: Int) {
    for table in state.tables.indices where !state.tables[table].splitRequests.isEmpty {
      state.tables[table].splitRequests = state.tables[table].splitRequests.filter { $0.value != reader }
    }
  }

  private static func requestSplit(_ state: inout State, _ reader: Int) {
    for table in state.tables where table.splitRequests.values.contains(reader) { return }
    var best: (table: Int, reader: Int, rows: Int)?
    for (index, table) in state.tables.enumerated() where !table.isWhole {
      for (owner, range) in table.active where table.splitRequests[owner] == nil && !table.unsplittable.contains(range.id) {
        if range.rowsLeft > best?.rows ?? 0 { best = (index, owner, range.rowsLeft) }
      }
    }
    if let best { state.tables[best.table].splitRequests[best.reader] = reader }
  }
}

extension SnapshotScheduler.Table {
  /// Starts the table over: nothing of it counts as read, and what the target holds goes with the next commit.
  mutating func startOver() {
    free = []
    active = [:]
    parting = [:]
    splitRequests = [:]
    unsplittable = []
    heldUntil = nil
    isGivenUp = false
    state.phase = .waiting
    state.ranges = []
    state.rowsRead = 0
    state.lowPosition = nil
    state.highPosition = nil
    // A table that is read whole is followed from where its new read begins.
    if isWhole { state.followFrom = nil }
    state.replacesTarget = true
  }
}
