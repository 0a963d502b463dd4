internal import Foundation
internal import SluiceCore

/// Reads the store of dirty rows of a job, also while the job runs.
public struct DirtyLog: Sendable {
  private let folder: String

  /// `state` is the job's state folder.
  public init(state: String) {
    folder = "\(state)/dirty"
  }

  /// Hands over every record, oldest first. A line that is just being written is left out.
  public func read(_ body: (DirtyRecord) throws -> Void) throws {
    for number in try DirtyFiles.numbers(folder) { try read(file: number, body) }
  }

  init(folder: String) {
    self.folder = folder
  }

  func read(file number: Int, _ body: (DirtyRecord) throws -> Void) throws {
    let path = DirtyFiles.path(folder, number)
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch {
      // The oldest file may go while this looks.
      if access(path, F_OK) != 0 { return }
      throw SluiceError(.storageFailed, "the dirty rows cannot be read", at: .init(path: path), cause: error)
    }
    for line in data.split(separator: 0x0a) {
      if let record = DirtyRecord(line: String(decoding: line, as: UTF8.self)) { try body(record) }
    }
  }

  /// All rows with what became of each, oldest first; those that are void are left out.
  public func rows(where isWanted: (DirtyRecord.KeptRow) -> Bool = { _ in true }) throws -> [(row: DirtyRecord.KeptRow, outcome: DirtyRecord.RowOutcome?)] {
    var rows: [DirtyRecord.KeptRow] = []
    var outcomes: [Int: DirtyRecord.RowOutcome] = [:]
    try read { record in
      switch record {
      case .row(let row): if isWanted(row) { rows.append(row) }
      case .void(let table, let target, let id):
        rows.removeAll { $0.table == table && ($0.target == nil || $0.target == target) && $0.id <= id }
      case .outcome(let outcome): if outcomes[outcome.id]?.isSettled != true { outcomes[outcome.id] = outcome }
      }
    }
    return rows.map { ($0, outcomes[$0.id]) }
  }

  /// What became of the rows of one request.
  public func outcomes(of request: String) throws -> [DirtyRecord.RowOutcome] {
    var found: [DirtyRecord.RowOutcome] = []
    try read { if case .outcome(let outcome) = $0, outcome.request == request { found.append(outcome) } }
    return found
  }

  /// The number of the newest row or of the newest that is told of; 0 when there is none.
  func lastID() throws -> Int {
    var last = 0
    try read { record in
      switch record {
      case .row(let row): last = max(last, row.id)
      case .void(_, _, let id): last = max(last, id)
      case .outcome(let outcome): last = max(last, outcome.id)
      }
    }
    return last
  }
}
