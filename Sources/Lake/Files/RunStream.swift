internal import SluiceCore

/// Reads the files of one sorted run, one after the other: sequence number, kind, then the wanted columns.
final class RunStream<Files: TableFiles>: BatchSource {
  private let files: Files
  private let dead: (Files.File) throws -> RoaringBitmap?
  private let columns: [Int]
  private let batchRows: Int
  private var waiting: ArraySlice<Files.File>
  private var open: DataFileStream?

  init(
    _ files: Files, _ run: [Files.File], columns: [Int], batchRows: Int, dead: @escaping (Files.File) throws -> RoaringBitmap?
  ) {
    self.files = files
    self.dead = dead
    self.columns = columns
    self.batchRows = batchRows
    waiting = run[...]
  }

  /// The next rows, never empty; `nil` at the end.
  func next() throws -> Batch? {
    while true {
      if let batch = try open?.next() { return batch }
      guard let file = waiting.popFirst() else { return nil }
      open = try files.open(file, columns: columns, withSystemColumns: true, batchRows: batchRows, dead: try dead(file))
    }
  }
}
