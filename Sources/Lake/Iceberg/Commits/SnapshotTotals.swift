internal import SluiceCore

/// The figures that a snapshot's summary has beside its operation: what it changed, and what the table holds after it.
struct SnapshotTotals {
  private enum Figure: String, CaseIterable {
    case dataFiles = "data-files"
    case deleteFiles = "delete-files"
    case records = "records"
    case size = "files-size"
    case positionDeletes = "position-deletes"
    case equalityDeletes = "equality-deletes"

    var total: String { "total-\(rawValue)" }
    var added: String { self == .size ? "added-files-size" : "added-\(rawValue)" }

    var removed: String {
      switch self {
      case .dataFiles: "deleted-data-files"
      case .records: "deleted-records"
      case .size: "removed-files-size"
      default: "removed-\(rawValue)"
      }
    }
  }

  private var before: [Figure: Int] = [:]
  private var added: [Figure: Int] = [:]
  private var removed: [Figure: Int] = [:]

  /// What the snapshot before does not tell is not told after it either.
  init(_ parent: IcebergSnapshot?) {
    for figure in Figure.allCases { before[figure] = parent.map { $0.summary[figure.total].flatMap { Int($0) } } ?? 0 }
  }

  /// Counts a file that comes (1) or goes (-1).
  mutating func add(_ file: IcebergFile, _ sign: Int) { add(file.data, sign) }

  mutating func add(_ file: DataFile, _ sign: Int) {
    count(.size, file.contentSize ?? file.fileSize, sign)
    switch file.content {
    case .data:
      count(.dataFiles, 1, sign)
      count(.records, file.recordCount, sign)
    case .positionDeletes:
      count(.deleteFiles, 1, sign)
      count(.positionDeletes, file.recordCount, sign)
    case .equalityDeletes:
      count(.deleteFiles, 1, sign)
      count(.equalityDeletes, file.recordCount, sign)
    }
  }

  private mutating func count(_ figure: Figure, _ number: Int, _ sign: Int) {
    if sign > 0 { added[figure, default: 0] += number } else { removed[figure, default: 0] += number }
  }

  var summary: [String: String] {
    var summary: [String: String] = [:]
    for figure in Figure.allCases {
      let (come, gone) = (added[figure] ?? 0, removed[figure] ?? 0)
      if come > 0 { summary[figure.added] = String(come) }
      if gone > 0 { summary[figure.removed] = String(gone) }
      if let before = before[figure] { summary[figure.total] = String(before + come - gone) }
    }
    return summary
  }
}
