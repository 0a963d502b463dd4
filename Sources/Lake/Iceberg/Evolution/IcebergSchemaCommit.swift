internal import SluiceCore

/// Makes the next version of a table's schema the current one.
struct IcebergSchemaCommit {
  private static let attempts = 100

  let table: TableID
  let catalog: any IcebergCatalog
  /// Is told of what is to come, so that other threads do not take it for somebody else's.
  let ground: IcebergGround?

  /// The table, and the job's columns under the schema that `changes` make of `base`, which has the job's columns: `nil` when they change
  /// nothing. One that is there when somebody has made it already is taken as it is. Columns that others have added stay beside them.
  ///
  /// Throws `schema-change-refused` for a change that the table cannot take, `target-conflict` when somebody else has changed its columns.
  func apply(_ changes: [TargetChange], to base: IcebergSchema) throws -> (metadata: TableMetadata, schema: IcebergSchema)? {
    var made: IcebergSchema?
    defer { ground?.settle(made) }
    for _ in 0..<Self.attempts {
      guard let metadata = try catalog.load(table)?.metadata else {
        throw SluiceError(.targetMissing, "the Iceberg table that was written before is gone", at: .init(table: table))
      }
      let current = try metadata.currentSchema()
      let difference = base.difference(in: current)
      // Or else the newest one that the changes may have been made of already.
      let earlier = metadata.schemas.reversed().filter { base.difference(in: $0) == nil }
      let start = difference == nil ? current : try earlier.first { try self.evolution(changes, of: $0, metadata).isMade(current) } ?? base
      let evolution = try self.evolution(changes, of: start, metadata)
      guard evolution.hasOtherColumns || evolution.hasOtherComment else {
        let mine = own(of: current, start, base, changes)
        if mine.fields == base.fields || difference != nil { return nil }
        made = mine
        return (metadata, mine)
      }
      if let difference {
        guard evolution.isMade(current) else { throw difference.inTable(table) }
        let mine = own(of: current, start, base, changes)
        made = mine
        return (metadata, mine)
      }
      ground?.expect(evolution)
      switch try catalog.commit(table, requirements: requirements(metadata), updates: updates(evolution, metadata)) {
      case .committed(let loaded):
        let mine = own(of: try loaded.metadata.currentSchema(), start, base, changes)
        made = mine
        return (loaded.metadata, mine)
      // What a lost answer made is found as somebody's.
      case .conflict, .unknown: continue
      }
    }
    throw SluiceError(.storageFailed, "\(Self.attempts) attempts to change the table's columns failed", at: .init(table: table))
  }

  private func evolution(_ changes: [TargetChange], of start: IcebergSchema, _ metadata: TableMetadata) throws -> IcebergEvolution {
    var evolution = IcebergEvolution(start, metadata)
    for change in changes {
      if let reason = evolution.refusal(applying: change) {
        throw SluiceError(.schemaChangeRefused, reason, at: .init(table: table, column: change.columnName))
      }
    }
    return evolution
  }

  private func requirements(_ metadata: TableMetadata) -> [TableRequirement] {
    [.uuid(metadata.uuid), .currentSchemaID(metadata.currentSchemaID), .lastAssignedFieldID(metadata.lastColumnID)]
  }

  private func updates(_ evolution: IcebergEvolution, _ metadata: TableMetadata) throws -> [TableUpdate] {
    var properties: [String: String] = [:]
    if evolution.hasOtherComment { properties["comment"] = evolution.comment }
    guard evolution.hasOtherColumns else { return [.setProperties(properties)] }
    let schema = evolution.schema()
    properties[IcebergGround.property] = schema.signature
    if var mapping = try NameMapping(metadata.properties) {
      mapping.follow(schema.fields)
      properties[NameMapping.property] = mapping.text
    }
    return [.addSchema(schema), .setCurrentSchema(TableUpdate.lastAdded), .setProperties(properties)]
  }

  /// The job's columns of `schema`, which the changes made of `start`: all but those that others had added to `base`.
  private func own(of schema: IcebergSchema, _ start: IcebergSchema, _ base: IcebergSchema, _ changes: [TargetChange]) -> IcebergSchema {
    let named = changes.compactMap { change in
      if case .addColumn(let column, _, _) = change { column.name } else { nil }
    }
    let others = Set(start.fields.filter { base.field($0.id) == nil && !named.contains($0.name) }.map(\.id))
    var own = schema
    own.fields.removeAll { others.contains($0.id) }
    return own
  }
}
