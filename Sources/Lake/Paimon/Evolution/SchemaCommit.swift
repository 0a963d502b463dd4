internal import SluiceCore

/// Makes the next version of a table's schema a file that every reader sees.
struct SchemaCommit {
  let table: TableID
  let files: MetadataFiles

  /// The schema that `changes` make of `base`: `base` itself when they change nothing, one that is there when somebody has made it already.
  ///
  /// Throws `schema-change-refused` for a change that the table cannot take, `target-conflict` when somebody else has changed its columns.
  func apply(_ changes: [TargetChange], to base: TableSchema) throws -> TableSchema {
    var base = base
    while true {
      var evolution = SchemaEvolution(base)
      for change in changes {
        if let reason = evolution.refusal(applying: change) {
          throw SluiceError(.schemaChangeRefused, reason, at: .init(table: table, column: change.columnName))
        }
      }
      guard evolution.isChange else { return base }
      let next = evolution.next()
      if try files.store.createIfAbsent(try next.encoded(), at: files.paths.schema(next.id)) { return next }
      let made = try files.schema(next.id)
      if made.isEquivalent(to: next) { return made }
      // Options may be set by anybody; the changes come after that.
      guard made.hasEqualColumns(to: base) else {
        throw SluiceError(
          .targetConflict, "somebody else has changed the table's columns", at: .init(table: table, path: files.paths.schema(next.id)),
          remedy: "copy the table anew")
      }
      base = made
    }
  }
}
