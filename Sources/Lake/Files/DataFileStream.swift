internal import SluiceCore
internal import SluiceFormats

/// Reads wanted columns of one data file in the types of the table.
final class DataFileStream {
  /// A column, and where the file has it; a column that the file lacks has one value in all rows, null unless said otherwise.
  struct Wanted {
    let type: DataType
    let place: Int?
    /// One row.
    var constant: Column?
    /// One row: what is null in the file.
    var fill: Column?
    /// What is null, or missing, is this number plus the row's position in the file.
    var countedFrom: Int64?
  }

  private let wanted: [Wanted]
  private let path: String
  private let stream: ParquetBatchStream?
  /// For each wanted column its place in the stream's batches.
  private let places: [Int?]
  /// Rows still to be answered when the file has none of the wanted columns.
  private var remaining: Int
  private let batchRows: Int
  private var deleted: DeletedRows?
  /// Rows that were read so far, dead ones included.
  private var position = 0
  private var constants: [Int: Column] = [:]

  init(_ reader: ParquetFileReader, _ wanted: [Wanted], batchRows: Int, path: String, deleted: DeletedRows?) throws {
    self.wanted = wanted
    self.path = path
    self.batchRows = batchRows
    self.deleted = deleted
    var chosen: [Int] = []
    places = wanted.map { column in
      guard let place = column.place else { return nil }
      if let known = chosen.firstIndex(of: place) { return known }
      chosen.append(place)
      return chosen.count - 1
    }
    remaining = reader.rowCount
    stream = chosen.isEmpty ? nil : try reader.makeStream(columns: chosen, batchRows: batchRows)
  }

  /// The next rows, in the file's order, never empty; `nil` at the end.
  func next() throws -> Batch? {
    while let batch = try nextStored() {
      let kept = deleted?.filter(batch) ?? batch
      if kept.rowCount > 0 { return kept }
    }
    return nil
  }

  private func nextStored() throws -> Batch? {
    guard let stream else {
      let count = min(remaining, batchRows)
      remaining -= count
      defer { position += count }
      return count == 0 ? nil : Batch(columns: wanted.indices.map { absent($0, count: count) }, rowCount: count)
    }
    guard let batch = try stream.next() else { return nil }
    defer { position += batch.rowCount }
    let columns = try wanted.indices.map { index in
      guard let place = places[index] else { return absent(index, count: batch.rowCount) }
      let column = try conform(batch.columns[place], to: wanted[index].type)
      guard column.nullCount > 0 else { return column }
      if let first = wanted[index].countedFrom { return counted(from: first, count: column.count, except: column) }
      return wanted[index].fill.map { filled(column, with: $0) } ?? column
    }
    return Batch(columns: columns, rowCount: batch.rowCount)
  }

  /// The column at `index`, which the file lacks; made once for the longest batch.
  private func absent(_ index: Int, count: Int) -> Column {
    if let first = wanted[index].countedFrom { return counted(from: first, count: count) }
    if let made = constants[index], made.count >= count { return made.slice(from: 0, count: count) }
    let made =
      wanted[index].constant.map { $0.taking([Int32](repeating: 0, count: count)) } ?? Column.nulls(of: wanted[index].type, count: count)
    constants[index] = made
    return made
  }

  /// Numbers that go on with the row's position, but for those that `known` has.
  private func counted(from first: Int64, count: Int, except known: Column? = nil) -> Column {
    var builder = ColumnBuilder(type: .int64, capacity: count)
    for row in 0..<count {
      if let known, !known.isNull(row) {
        builder.append(known.fixed(as: Int64.self)[row])
      } else {
        builder.append(first + Int64(position + row))
      }
    }
    return builder.finish()
  }

  /// A column of 64-bit numbers with `value` in place of nulls.
  private func filled(_ column: Column, with value: Column) -> Column {
    var builder = ColumnBuilder(type: .int64, capacity: column.count)
    for row in 0..<column.count { builder.append(column.isNull(row) ? value.fixed(as: Int64.self)[0] : column.fixed(as: Int64.self)[row]) }
    return builder.finish()
  }

  /// Files spell some types otherwise than the table (text for bytes, a shorter type from before a change); values stay.
  private func conform(_ column: Column, to type: DataType) throws -> Column {
    if column.type == type { return column }
    switch (column.type, type) {
    case (.string, .binary), (.binary, .string), (.json, .string), (.time, .time): return column.relabelled(type)
    case (.decimal(_, let found), .decimal(_, let scale)):
      if found == scale, column.type.layout == type.layout { return column.relabelled(type) }
    case (.timestamp, .timestamp), (.instant, .instant), (.timestamp, .instant), (.instant, .timestamp):
      if column.type.timeUnit == type.timeUnit { return column.relabelled(type) }
    case (.array, .array), (.map, .map), (.row, .row):
      if column.type.childTypes.map(\.layout) == type.childTypes.map(\.layout) { return column.relabelled(type) }
    default: break
    }
    if let promoted = TypePromotion.promote(column, to: type) { return promoted }
    throw SluiceError(.targetDamaged, "a file keeps \(column.type) where the table has \(type)", at: .init(path: path))
  }
}
