internal import Foundation
public import SluiceCore

/// Reads the store of dirty rows of a job, also while the job runs.
public struct DirtyLog: Sendable {
  private let folder: String
  private let kept: DirtyState?

  /// `state` is the job's state folder, `kept` what its newest checkpoint says of the store; without it, all that is there counts.
  public init(state: String, kept: DirtyState? = nil) {
    folder = "\(state)/dirty"
    self.kept = kept
  }

  /// Hands over every record, oldest first, and whether a checkpoint holds it: what none holds may be read again, and told again. A line that is
  /// just being written is left out.
  public func read(_ body: (DirtyRecord, Bool) throws -> Void) throws {
    for number in try DirtyFiles.numbers(folder) { try read(file: number, body) }
  }

  init(folder: String) {
    self.folder = folder
    kept = nil
  }

  func read(file number: Int, _ body: (DirtyRecord, Bool) throws -> Void) throws {
    let path = DirtyFiles.path(folder, number)
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      // The oldest file may go while this looks.
      if access(path, F_OK) != 0 { return }
      throw SluiceError(.storageFailed, "the dirty rows cannot be read", at: .init(path: path), cause: error)
    }
    for line in data.split(separator: 0x0a) {
      guard let record = DirtyRecord(line: String(decoding: line, as: UTF8.self)) else { continue }
      let isKept = kept.map { number < $0.file || (number == $0.file && line.endIndex < $0.bytes) } ?? true
      try body(record, isKept)
    }
  }

  /// All rows with what became of each, oldest first; those that are void are left out. What became of rows only counts when a checkpoint
  /// holds it.
  public func rows(where isWanted: (DirtyRecord.KeptRow) -> Bool = { _ in true }) throws -> [Entry] {
    var rows: [Entry] = []
    var outcomes: [Int: DirtyRecord.RowOutcome] = [:]
    try read { record, isKept in
      switch record {
      case .row(let row): if isWanted(row) { rows.append(Entry(row: row, outcome: nil, isKept: isKept)) }
      case .void(let table, let target, let id):
        guard isKept else { return }
        rows.removeAll { $0.row.table == table && ($0.row.target == nil || $0.row.target == target) && $0.row.id <= id }
      case .outcome(let outcome): if isKept, outcomes[outcome.id]?.isSettled != true { outcomes[outcome.id] = outcome }
      }
    }
    return rows.map { Entry(row: $0.row, outcome: outcomes[$0.row.id], isKept: $0.isKept) }
  }

  /// A row and what became of it.
  public struct Entry: Sendable {
    public let row: DirtyRecord.KeptRow
    public let outcome: DirtyRecord.RowOutcome?
    /// Whether a checkpoint holds the row.
    public let isKept: Bool
  }

  /// What became of the rows of one request.
  public func outcomes(of request: String) throws -> [DirtyRecord.RowOutcome] {
    var found: [DirtyRecord.RowOutcome] = []
    try read { record, _ in if case .outcome(let outcome) = record, outcome.request == request { found.append(outcome) } }
    return found
  }

  /// The number of the newest row or of the newest that is told of; 0 when there is none.
  func lastID() throws -> Int {
    var last = 0
    try read { record, _ in
      switch record {
      case .row(let row): last = max(last, row.id)
      case .void(_, _, let id): last = max(last, id)
      case .outcome(let outcome): last = max(last, outcome.id)
      }
    }
    return last
  }
}
