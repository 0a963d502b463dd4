internal import SluiceCore
internal import Synchronization

/// The tables of a run by their numbers. Tables join while the run lasts; one that leaves keeps its number.
final class TableSet: Sendable {
  private struct State {
    var tables: [TableRun] = []
    /// Numbers of the tables that have not left, by the source's name.
    var numbers: [TableID: Int] = [:]
    /// The same by the target's name.
    var targets: [TableID: Int] = [:]
  }

  private let state = Mutex(State())

  subscript(number: Int) -> TableRun { state.withLock { $0.tables[number] } }

  /// All tables that ever were part of the run, in order of their numbers.
  var all: [TableRun] { state.withLock { $0.tables } }

  var count: Int { state.withLock { $0.tables.count } }

  /// The tables that have not left.
  var present: [TableRun] { state.withLock { state in state.numbers.values.sorted().map { state.tables[$0] } } }

  func append(_ table: TableRun) {
    state.withLock { state in
      state.tables.append(table)
      state.numbers[table.source] = table.number
      state.targets[table.plan.target.id] = table.number
    }
  }

  /// The table that rows of `source` belong to.
  func find(_ source: TableID) -> TableRun? {
    state.withLock { state in state.numbers[source].map { state.tables[$0] } }
  }

  /// The table whose rows go to `target`.
  func find(target: TableID) -> TableRun? {
    state.withLock { state in state.targets[target].map { state.tables[$0] } }
  }

  func remove(_ table: TableRun) {
    state.withLock { state in
      if state.numbers[table.source] == table.number { state.numbers[table.source] = nil }
      if state.targets[table.plan.target.id] == table.number { state.targets[table.plan.target.id] = nil }
    }
  }
}
