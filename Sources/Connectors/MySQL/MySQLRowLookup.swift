internal import SluiceCore

/// Reads rows by their keys, as they are now.
///
/// The log tells a transaction a moment before others can see it. A shared lock on the row, held for the one statement, waits for that moment
/// to pass.
final class MySQLRowLookup: RowLookup {
  private let connection: MySQLConnection
  private let table: MySQLTable
  private let query: MySQLPageQuery
  private let decoders: [ValueDecoder]

  init(_ planned: TableDefinition, options: MySQLOptions) throws {
    connection = try MySQLSession.open(options)
    try connection.execute("SET SESSION TRANSACTION READ WRITE")
    try connection.execute("SET SESSION innodb_lock_wait_timeout = \(Self.patience)")
    guard let table = try MySQLCatalog(connection: connection).tables([planned.id]).first else {
      throw SluiceError(.sourceTableMissing, "there is no such table, or the account may not see it", at: .init(table: planned.id))
    }
    try table.check(against: planned)
    self.table = table
    query = MySQLPageQuery(table, key: nil)
    let keys = table.definition.primaryKey
    decoders = zip(table.columns, table.mappings).map { column, mapping in
      ValueDecoder(mapping.decoding, scale: mapping.scale, isZeroNull: options.zeroDatesAreNull && !keys.contains(column.name))
    }
  }

  /// Seconds for which somebody else's lock on the row is waited for.
  private static let patience = 5

  func row(_ key: [String: RowImage.Cell]) throws -> RowImage? {
    let id = table.definition.id
    let conditions = try table.definition.primaryKey.map { name in
      guard let column = table.columns.first(where: { $0.name == name }), let cell = key[name] else {
        throw SluiceError(.specInvalid, "the row's key is not known", at: .init(table: id, column: name))
      }
      return try MySQLKeyLiteral(table: id, column: column).condition(cell)
    }
    let result = try connection.stream("\(query.whole) WHERE \(conditions.joined(separator: " AND ")) LOCK IN SHARE MODE", table: id)
    let found = try result.next().map { MySQLRowImage.of($0, table.definition, decoders) }
    while try result.next() != nil {}
    return found
  }
}
