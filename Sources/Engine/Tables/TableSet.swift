internal import SluiceCore
internal import Synchronization

/// The tables of a run by their numbers. Tables join while the run lasts; one that leaves keeps its number.
///
/// A source table that goes to several targets is a table for each of them; several tables may share a target.
final class TableSet: Sendable {
  private struct State {
    var tables: [TableRun] = []
    /// Numbers of the tables that have not left, by the source's name.
    var numbers: [TableID: [Int]] = [:]
    /// The same by the target's name.
    var targets: [TableID: [Int]] = [:]
    /// Numbers of targets; a target keeps its number.
    var targetNumbers: [TableID: Int] = [:]
  }

  private let state = Mutex(State())

  subscript(number: Int) -> TableRun { state.withLock { $0.tables[number] } }

  /// All tables that ever were part of the run, in order of their numbers.
  var all: [TableRun] { state.withLock { $0.tables } }

  var count: Int { state.withLock { $0.tables.count } }

  /// The tables that have not left.
  var present: [TableRun] { state.withLock { state in state.numbers.values.joined().sorted().map { state.tables[$0] } } }

  /// The number of a target, given when it is first asked for.
  func targetNumber(of target: TableID) -> Int {
    state.withLock { state in
      if let number = state.targetNumbers[target] { return number }
      let number = state.targetNumbers.count
      state.targetNumbers[target] = number
      return number
    }
  }

  func append(_ table: TableRun) {
    state.withLock { state in
      state.tables.append(table)
      state.numbers[table.source, default: []].append(table.number)
      state.targets[table.plan.target.id, default: []].append(table.number)
    }
  }

  /// The tables that rows of `source` belong to, one for each target.
  func find(_ source: TableID) -> [TableRun] {
    state.withLock { state in (state.numbers[source] ?? []).map { state.tables[$0] } }
  }

  /// The tables whose rows go to `target`.
  func find(target: TableID) -> [TableRun] {
    state.withLock { state in (state.targets[target] ?? []).map { state.tables[$0] } }
  }

  /// The tables that share the target of `table`, it included.
  func sharing(_ table: TableRun) -> [TableRun] { find(target: table.plan.target.id) }

  func remove(_ table: TableRun) {
    state.withLock { state in
      state.numbers[table.source]?.removeAll { $0 == table.number }
      if state.numbers[table.source]?.isEmpty == true { state.numbers[table.source] = nil }
      let target = table.plan.target.id
      state.targets[target]?.removeAll { $0 == table.number }
      if state.targets[target]?.isEmpty == true { state.targets[target] = nil }
    }
  }
}
