internal import CMariaDB
internal import SluiceCore

/// Reads a table page by page in key order, or in one consistent read where it has no usable key.
final class MySQLSnapshotReader: SnapshotReader {
  let mode: SnapshotMode
  let connection: MySQLConnection
  let query: MySQLPageQuery
  /// Follows the size of the rows that were read: the server's estimate may be far off.
  private var rowsPerPage: Int
  private let decoders: [ValueDecoder]
  private let types: [DataType]
  private let pageBytes: Int
  /// The table's columns and those of a page as the first answers described them.
  private var shape: [MySQLField] = []
  private var pageFields: [MySQLField] = []
  var mostRows = Int.max
  /// A whole read stands at its first row.
  private var hasBegun = false

  private var id: TableID { query.table.definition.id }

  init(_ planned: TableDefinition, options: MySQLOptions) throws {
    connection = try MySQLSession.open(options)
    guard let table = try MySQLCatalog(connection: connection).tables([planned.id]).first else {
      throw SluiceError(
        .sourceTableMissing, "there is no such table, or the account may not see it", at: .init(table: planned.id),
        remedy: "Check that it was not dropped, and GRANT SELECT ON \(MySQLText.quoted(planned.id)) TO '\(options.user)'@'%';")
    }
    try table.check(against: planned)
    let key = MySQLKey(table)
    query = MySQLPageQuery(table, key: key)
    mode = key.map { .ranges(isOrdered: $0.isOrdered) } ?? .whole
    types = table.mappings.map(\.type)
    decoders = zip(table.columns, table.mappings).map { column, mapping in
      let isKey = key?.parts.contains { $0.name == column.name } ?? false
      return ValueDecoder(mapping.decoding, scale: mapping.scale, isZeroNull: options.zeroDatesAreNull && !isKey)
    }
    let rowBytes = max(1, table.definition.estimatedBytes / max(1, table.definition.estimatedRows))
    pageBytes = options.pageBytes
    rowsPerPage = Self.rowsPerPage(pageBytes, rowBytes: max(rowBytes, Self.leastRowBytes * types.count))
  }

  private static func rowsPerPage(_ pageBytes: Int, rowBytes: Int) -> Int {
    min(max(pageBytes / max(1, rowBytes), 1_000), 200_000)
  }

  /// What a value takes at least, for tables whose statistics are not made yet.
  private static let leastRowBytes = 4

  func read(_ range: SnapshotRange, dirty: (DirtyRow) throws -> Void, emit: (ChangeBatch, SnapshotRange) throws -> ReadDirective) throws -> Bool {
    var range = range
    var assembly = MySQLBatchAssembly(types: types, decoders: decoders, key: query.key, table: query.table.definition)
    guard query.key != nil else { return try readWhole(&range, &assembly, dirty, emit) }
    while true {
      try checkShape()
      let limit = rowsPerPage
      let result = try connection.stream(query.page(range, limit: limit), table: id)
      try checkPage(result)
      guard try drain(result, limit: limit, &range, &assembly, dirty, emit) else { return false }
      if assembly.rowsSeen < limit { return true }
      rowsPerPage = Self.rowsPerPage(pageBytes, rowBytes: assembly.bytesSeen / max(1, assembly.rowsSeen))
      assembly.startPage()
      range.lower = assembly.lastKey
    }
  }

  /// An estimate of two pages or less is not worth a second reader.
  var rowsWorthSplitting: Int { rowsPerPage * 2 }

  func begin() throws -> Position? {
    guard query.key == nil else { return nil }
    hasBegun = true
    return try MySQLConsistentRead(connection: connection, table: id).begin()
  }

  private func readWhole(
    _ range: inout SnapshotRange, _ assembly: inout MySQLBatchAssembly, _ dirty: (DirtyRow) throws -> Void,
    _ emit: (ChangeBatch, SnapshotRange) throws -> ReadDirective
  ) throws -> Bool {
    // Nobody who only copies asks for the place in the log, and an account that only copies may not know it.
    if !hasBegun { try MySQLConsistentRead(connection: connection, table: id).start() }
    hasBegun = false
    try checkShape()
    let result = try connection.stream(query.whole, table: id)
    try checkPage(result)
    let isComplete = try drain(result, limit: nil, &range, &assembly, dirty, emit)
    if isComplete { try connection.execute("COMMIT") } else { connection.abandon() }
    return isComplete
  }

  /// Hands on the rows of a result of at most `limit` rows, batch by batch; false when the receiver wants a pause and rows are left.
  private func drain(
    _ result: MySQLResult, limit: Int?, _ range: inout SnapshotRange, _ assembly: inout MySQLBatchAssembly, _ dirty: (DirtyRow) throws -> Void,
    _ emit: (ChangeBatch, SnapshotRange) throws -> ReadDirective
  ) throws -> Bool {
    var dirtyRows = 0
    while true {
      assembly.rowLimit = min(max(mostRows, 1), MySQLBatchAssembly.largestBatch)
      let stop = assembly.fill(from: result)
      if case .dirty(let row) = stop {
        try dirty(row)
        dirtyRows += 1
        // So many that the receiver should note how far they are, whether there are other rows or not.
        if dirtyRows < Self.mostDirtyRows { continue }
      }
      if stop.isEnd { try result.checkEnd() }
      let isExhausted = stop.isEnd && limit.map { assembly.rowsSeen < $0 } ?? true
      if let batch = assembly.finish(evenIfEmpty: dirtyRows > 0) {
        dirtyRows = 0
        range.lower = assembly.lastKey ?? range.lower
        range.rowsRead += batch.rowCount
        range.rowsLeft = isExhausted ? 0 : max(range.rowsLeft - batch.rowCount, 1)
        if try emit(ChangeBatch(table: id, schemaVersion: 0, rows: batch), range) == .pause, !isExhausted { return false }
      }
      if stop.isEnd { return true }
    }
  }

  private static let mostDirtyRows = 256

  private func checkShape() throws {
    let fields = try connection.stream(query.shape, table: id).fields
    if shape.isEmpty { shape = fields }
    try compare(fields, with: shape)
  }

  private func checkPage(_ result: MySQLResult) throws {
    if pageFields.isEmpty { pageFields = result.fields }
    try compare(result.fields, with: pageFields)
  }

  private func compare(_ now: [MySQLField], with before: [MySQLField]) throws {
    guard now != before else { return }
    let changed = zip(before, now).first { $0 != $1 }.map { $0.0.name == $0.1.name ? $0.0.name : nil } ?? nil
    let added = now.first { field in !before.contains { $0.name == field.name } }?.name
    let dropped = before.first { field in !now.contains { $0.name == field.name } }?.name
    let message = added != nil ? "the column was added" : dropped != nil ? "the column was dropped" : "the column was changed"
    throw SluiceError(.sourceSchemaChanged, "\(message) while the table was read", at: .init(table: id, column: added ?? dropped ?? changed))
  }

  func middle(of range: SnapshotRange) throws -> SnapshotKey? {
    guard let key = query.key else { return nil }
    return try MySQLMiddle(connection: connection, query: query, key: key, rowsWorthSplitting: rowsWorthSplitting).find(range)
  }
}
