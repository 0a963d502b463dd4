internal import SluiceCore

/// Reads the files of one sorted run, one after the other: sequence number, kind, then the wanted columns.
final class RunStream {
  /// Columns before the wanted ones.
  static let systemColumns = 2

  private let source: DataFileSource
  private let columns: [Int]
  private let batchRows: Int
  private var waiting: ArraySlice<ManifestEntry>
  private var open: DataFileStream?

  init(_ source: DataFileSource, _ files: [ManifestEntry], columns: [Int], batchRows: Int) throws {
    self.source = source
    self.columns = columns
    self.batchRows = batchRows
    waiting = files[...]
  }

  /// The next rows, never empty; `nil` at the end.
  func next() throws -> Batch? {
    while true {
      if let batch = try open?.next() { return batch }
      guard let file = waiting.popFirst() else { return nil }
      open = try source.open(file, columns: columns, withSystemColumns: true, batchRows: batchRows)
    }
  }
}
