internal import CMariaDB
internal import SluiceCore

/// Turns the rows of results into batches and remembers the key of the last row.
struct MySQLBatchAssembly: ~Copyable {
  /// Why `fill` returned.
  enum Stop {
    /// A batch has come together.
    case full
    /// The result has no more rows, or broke off.
    case end
    case dirty(DirtyRow)

    var isEnd: Bool { if case .end = self { true } else { false } }
  }

  /// Rows of the page, dirty ones included, and the bytes of its values.
  private(set) var rowsSeen = 0
  private(set) var bytesSeen = 0
  private var builder: BatchBuilder
  private let decoders: [ValueDecoder]
  private let key: MySQLKey?
  private let table: TableDefinition
  private var byteCount = 0
  private var trail = KeyTrail()
  /// A batch ends when it has so many rows.
  var rowLimit = Self.largestBatch

  init(types: [DataType], decoders: [ValueDecoder], key: MySQLKey?, table: TableDefinition) {
    builder = BatchBuilder(types: types, capacity: 4096)
    self.decoders = decoders
    self.key = key
    self.table = table
  }

  /// The key of the last row seen; `nil` before the first.
  var lastKey: SnapshotKey? {
    guard let key, !trail.isEmpty else { return nil }
    return SnapshotKey(key.parts.indices.map { key.literal(of: trail.part($0), part: $0) })
  }

  mutating func startPage() {
    rowsSeen = 0
    bytesSeen = 0
  }

  /// Appends rows until a batch is full, the result ends or a row is dirty.
  mutating func fill(from result: MySQLResult) -> Stop {
    let handle = result.handle
    let columns = builder.columns
    let fields = key?.parts.map { Int32($0.field) } ?? []
    guard let base = columns.baseAddress else { return .end }
    let count = columns.count
    return decoders.withUnsafeBufferPointer { decoders in
      guard let decoders = decoders.baseAddress else { return .end }
      while let values = mysql_fetch_row(handle), let lengths = mysql_fetch_lengths(handle) {
        rowsSeen &+= 1
        trail.copy(values, lengths, fields)
        let failed = RowDecoder.append(values, lengths, decoders, to: base, count: count, byteCount: &byteCount)
        if failed >= 0 {
          builder.discardRow()
          return .dirty(dirtyRow(MySQLRow(values: values, lengths: lengths), failed))
        }
        builder.finishRow()
        if builder.rowCount >= rowLimit || byteCount >= Self.byteLimit { return .full }
      }
      return .end
    }
  }

  /// The rows collected so far; `nil` when there are none, unless the batch may be empty.
  mutating func finish(evenIfEmpty: Bool = false) -> Batch? {
    bytesSeen += byteCount
    byteCount = 0
    return builder.rowCount == 0 && !evenIfEmpty ? nil : builder.finish()
  }

  static let largestBatch = 16_384
  private static let byteLimit = 2 << 20

  private func dirtyRow(_ row: MySQLRow, _ column: Int) -> DirtyRow {
    var values: [String: String] = [:]
    for (index, part) in (key?.parts ?? []).enumerated() {
      if let bytes = row.bytes(part.field) { values[part.name] = key?.literal(of: bytes, part: index) }
    }
    let bytes = row.bytes(column) ?? UnsafeBufferPointer(start: nil, count: 0)
    let value = String(decoding: bytes.prefix(Self.shownBytes), as: UTF8.self)
    return DirtyRow(
      table: table.id, code: decoders[column].code(value), key: values, column: table.columns[column].name, value: value,
      reason: decoders[column].reason(value), row: MySQLRowImage.of(row, table, decoders))
  }

  private static let shownBytes = 256
}
