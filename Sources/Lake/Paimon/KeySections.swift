internal import SluiceCore

/// A data file and its key range.
struct KeyedFile {
  let entry: ManifestEntry
  /// One row of the key columns.
  let minimum: Batch
  let maximum: Batch

  init(_ entry: ManifestEntry, keyTypes: [DataType]) throws {
    self.entry = entry
    minimum = Batch(columns: try entry.file.minKey.columns(keyTypes), rowCount: 1)
    maximum = Batch(columns: try entry.file.maxKey.columns(keyTypes), rowCount: 1)
  }
}

/// Groups files of one slot by their key ranges.
struct KeySections {
  private let order: KeyOrder

  init(keyCount: Int) {
    order = KeyOrder(keys: Array(0..<keyCount))
  }

  /// Groups in key order; files of different groups share no key range.
  func sections(of files: [KeyedFile]) -> [[KeyedFile]] {
    var sections: [[KeyedFile]] = []
    var end: Batch?
    for file in sorted(files) {
      if let last = end, order.compare(file.minimum, 0, last, 0) <= 0 {
        sections[sections.count - 1].append(file)
        if order.compare(file.maximum, 0, last, 0) > 0 { end = file.maximum }
      } else {
        sections.append([file])
        end = file.maximum
      }
    }
    return sections
  }

  /// As few runs as possible; the files of a run are in key order and do not overlap.
  func runs(of section: [KeyedFile]) -> [[KeyedFile]] {
    var runs: [[KeyedFile]] = []
    for file in sorted(section) {
      let place = runs.firstIndex { run in run.last.map { order.compare($0.maximum, 0, file.minimum, 0) < 0 } ?? true }
      if let place { runs[place].append(file) } else { runs.append([file]) }
    }
    return runs
  }

  private func sorted(_ files: [KeyedFile]) -> [KeyedFile] {
    files.sorted { left, right in
      let result = order.compare(left.minimum, 0, right.minimum, 0)
      return result != 0 ? result < 0 : order.compare(left.maximum, 0, right.maximum, 0) < 0
    }
  }
}
