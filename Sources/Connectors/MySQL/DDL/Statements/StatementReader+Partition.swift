internal import SluiceCore

extension StatementReader {
  /// An action on partitions, which ends the statement; `nil` when something else stands here. Those that move rows between tables or drop
  /// them leave nothing of it in the log.
  mutating func partitionAction(of table: TableID) throws(StatementProblem) -> (actions: [AlterAction], others: [TableStatement])? {
    var copy = self
    if copy.take("EXCHANGE", "PARTITION") {
      _ = try copy.name()
      try copy.require("WITH")
      try copy.require("TABLE")
      let other = try copy.table()
      try copy.skipRest()
      self = copy
      let action = AlterAction.replaceRows("EXCHANGE PARTITION")
      return ([action], [.alter(other, [action], ifExists: false)])
    }
    if copy.take("CONVERT", "PARTITION") {
      _ = try copy.name()
      try copy.require("TO")
      try copy.require("TABLE")
      var creation = TableCreation(table: try copy.table())
      creation.like = table
      try copy.skipRest()
      self = copy
      let action = AlterAction.replaceRows("CONVERT PARTITION")
      return ([action], [.create(creation), .alter(creation.table, [action], ifExists: false)])
    }
    if copy.take("CONVERT", "TABLE") {
      let other = try copy.table()
      try copy.skipRest()
      self = copy
      return ([.replaceRows("CONVERT TABLE")], [.drop(other, ifExists: false)])
    }
    guard let reason = copy.takePartitionWords() else { return nil }
    try copy.skipRest()
    self = copy
    return (reason.isEmpty ? [] : [.replaceRows(reason)], [])
  }

  /// Takes the words that begin an action on partitions. The answer says why rows change, or is empty; `nil` when there are none.
  private mutating func takePartitionWords() -> String? {
    if take("DROP", "PARTITION") { return "DROP PARTITION" }
    if take("TRUNCATE", "PARTITION") { return "TRUNCATE PARTITION" }
    if take("DISCARD", "PARTITION") { return "DISCARD PARTITION TABLESPACE" }
    if take("IMPORT", "PARTITION") { return "IMPORT PARTITION TABLESPACE" }
    let isHarmless =
      take("ADD", "PARTITION") || take("COALESCE", "PARTITION") || take("REORGANIZE", "PARTITION") || take("ANALYZE", "PARTITION")
      || take("CHECK", "PARTITION") || take("OPTIMIZE", "PARTITION") || take("REBUILD", "PARTITION") || take("REPAIR", "PARTITION")
      || take("REMOVE", "PARTITIONING") || take("UPGRADE", "PARTITIONING") || take("PARTITION", "BY")
    return isHarmless ? "" : nil
  }

  mutating func skipRest() throws(StatementProblem) {
    while !isAtEnd { advance() }
    if token.kind == .broken { throw StatementProblem() }
  }
}
