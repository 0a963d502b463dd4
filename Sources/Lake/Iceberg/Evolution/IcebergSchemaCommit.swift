internal import SluiceCore

/// Makes the next version of a table's schema the current one.
struct IcebergSchemaCommit {
  private static let attempts = 100

  let table: TableID
  let catalog: any IcebergCatalog

  /// The table under the schema that `changes` make of `base`: `nil` when they change nothing. One that is there when somebody has made it
  /// already is taken as it is.
  ///
  /// Throws `schema-change-refused` for a change that the table cannot take, `target-conflict` when somebody else has changed its columns.
  func apply(_ changes: [TargetChange], to base: IcebergSchema) throws -> (metadata: TableMetadata, schema: IcebergSchema)? {
    for _ in 0..<Self.attempts {
      guard let metadata = try catalog.load(table)?.metadata else {
        throw SluiceError(.targetMissing, "the Iceberg table that was written before is gone", at: .init(table: table))
      }
      let current = try metadata.currentSchema()
      var evolution = IcebergEvolution(base, metadata)
      for change in changes {
        if let reason = evolution.refusal(applying: change) {
          throw SluiceError(.schemaChangeRefused, reason, at: .init(table: table, column: change.columnName))
        }
      }
      guard evolution.hasOtherColumns || evolution.hasOtherComment else { return nil }
      if current.id != base.id, current.fields != base.fields {
        if evolution.isMade(current) { return (metadata, current) }
        throw SluiceError(
          .targetConflict, "somebody else has changed the table's columns", at: .init(table: table), remedy: "copy the table anew")
      }
      var updates: [TableUpdate] = []
      if evolution.hasOtherColumns { updates += [.addSchema(evolution.schema()), .setCurrentSchema(TableUpdate.lastAdded)] }
      if evolution.hasOtherComment { updates.append(.setProperties(["comment": evolution.comment])) }
      let requirements: [TableRequirement] = [
        .uuid(metadata.uuid), .currentSchemaID(current.id), .lastAssignedFieldID(metadata.lastColumnID),
      ]
      switch try catalog.commit(table, requirements: requirements, updates: updates) {
      case .committed(let loaded): return (loaded.metadata, try loaded.metadata.currentSchema())
      // What a lost answer made is found as somebody's.
      case .conflict, .unknown: continue
      }
    }
    throw SluiceError(.storageFailed, "\(Self.attempts) attempts to change the table's columns failed", at: .init(table: table))
  }
}
