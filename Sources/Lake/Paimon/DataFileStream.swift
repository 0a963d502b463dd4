internal import SluiceCore
internal import SluiceFormats

/// Reads wanted columns of one data file in the types of the table.
final class DataFileStream {
  /// A column, and where the file has it; a column that the file lacks is null.
  struct Wanted {
    let type: DataType
    let place: Int?
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
      return count == 0 ? nil : Batch(columns: wanted.map { Column.nulls(of: $0.type, count: count) }, rowCount: count)
    }
    guard let batch = try stream.next() else { return nil }
    let columns = try zip(wanted, places).map { wanted, place in
      guard let place else { return Column.nulls(of: wanted.type, count: batch.rowCount) }
      return try conform(batch.columns[place], to: wanted.type)
    }
    return Batch(columns: columns, rowCount: batch.rowCount)
  }

  /// Files spell some types otherwise than the table (text for bytes, a shorter integer from before a change); values stay.
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
    default:
      if let widened = IntegerWidening.widen(column, to: type) { return widened }
    }
    throw SluiceError(.targetDamaged, "a file keeps \(column.type) where the table has \(type)", at: .init(path: path))
  }
}
