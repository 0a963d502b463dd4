internal import SluiceCore

extension KeyFiles {
  /// Where rows that died in files are in the files that those became, found by their keys; all of them must be there, if `isComplete`.
  func deletions(
    _ died: [(file: Files.File, rows: RoaringBitmap)], in outputs: [Files.File], isComplete: Bool = true
  ) throws -> [(file: Files.File, rows: RoaringBitmap)] {
    let died = died.filter { !$0.rows.isEmpty }
    if died.isEmpty { return [] }
    let outputs = try outputs.map { try indexed($0) }
    for (file, rows) in died {
      let keys = try indexed(file).keys(of: rows, self)
      var places = (0..<keys.count).map { Int32(truncatingIfNeeded: $0) }
      for output in outputs { places = try output.delete(keys, at: places, self) }
      guard places.isEmpty || !isComplete else { throw SluiceError(.defect, "a merged file lacks rows of \(file.name)") }
    }
    return outputs.map { ($0.file, $0.takeFresh()) }.filter { !$0.rows.isEmpty }
  }

  private func indexed(_ file: Files.File) throws -> IndexedFile<Files> {
    IndexedFile(file, try bounds(of: file), stage: .live)
  }
}
