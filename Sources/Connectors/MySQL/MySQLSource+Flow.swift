internal import SluiceCore

extension MySQLSource: RowLookupSource {
  func makeRowLookup(_ table: TableDefinition) throws -> (any RowLookup)? {
    table.primaryKey.isEmpty ? nil : try MySQLRowLookup(table, options: options)
  }

  func sequence(before position: Position) throws -> Int64 {
    try MySQLPosition(position).sequence
  }
}

extension MySQLSource: LoadAwareSource {
  func makeLoadProbe() throws -> any SourceLoadProbe {
    try MySQLLoadProbe(options)
  }
}
