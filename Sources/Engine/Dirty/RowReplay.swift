internal import SluiceCore

/// Puts dirty rows through again. Used by the coordinator, between two checkpoints; a checkpoint that follows holds rows and outcomes together.
///
/// A row of a table with a key is read again from the source: what goes through is the row as it is now, corrected where the correction's column
/// still has the value that was refused. It takes the sequence number of the last change before the place where the stream stands, which is
/// newer than all that went before and older than all that comes; the stream stands still meanwhile, and the source answers with all that the
/// stream has seen. So nothing newer is overwritten: a later change of the key is in the answer, or comes by the log. A table without a key takes
/// the row as it was kept, as a new one.
struct RowReplay {
  private typealias Kept = DirtyRecord.KeptRow
  private typealias Result = DirtyRecord.RowOutcome.Result

  private let run: JobRun

  /// Rows for which the stream stands still at a time.
  private static let rowsAtOnce = 200

  init(_ run: JobRun) {
    self.run = run
  }

  /// A row that is settled already, or that the store does not have, is passed over: a request may be done twice.
  func replay(_ request: ReplayRequest, named name: String) throws {
    let wanted = Set(request.rows)
    let rows = try DirtyLog(state: run.settings.state).rows { wanted.contains($0.id) }.filter { $0.outcome?.isSettled != true }.map(\.row)
    for (source, rows) in Dictionary(grouping: rows, by: \.table).sorted(by: { $0.key < $1.key }) {
      for start in stride(from: 0, to: rows.count, by: Self.rowsAtOnce) {
        let part = rows[start..<min(start + Self.rowsAtOnce, rows.count)]
        try run.scheduler.standing { try replay(Array(part), of: source, request, name) }
      }
    }
  }

  private func replay(_ rows: [Kept], of source: TableID, _ request: ReplayRequest, _ name: String) throws {
    var outcomes: [(row: Kept, outcome: DirtyRecord.RowOutcome)] = []
    func note(_ row: Kept, _ result: Result, _ reason: String = "") {
      outcomes.append((row, .init(id: row.id, result: result, reason: reason, request: name)))
    }
    do {
      let passage = try ReplayPassage(run, source)
      for row in rows {
        do {
          let (result, reason) = try passage.replay(row, corrections: request.corrections[row.id] ?? [])
          note(row, result, reason)
        } catch let error as SluiceError where Self.isAboutTheRow(error) {
          note(row, .failed, error.message)
        }
      }
    } catch let error as SluiceError where Self.isAboutTheSource(error) {
      for row in rows where !outcomes.contains(where: { $0.row.id == row.id }) { note(row, .failed, "\(error)") }
    }
    try run.dirty.note(outcomes)
  }

  private static func isAboutTheRow(_ error: SluiceError) -> Bool {
    error.kind == .specInvalid || error.kind == .sourceTypeUnsupported || error.kind == .sourceQueryFailed
  }

  /// The job goes on without the rows: somebody may ask again.
  private static func isAboutTheSource(_ error: SluiceError) -> Bool {
    let kinds: [ErrorKind] = [
      .sourceUnreachable, .sourceAuthentication, .sourcePrivilege, .sourceTableMissing, .sourceSchemaChanged, .sourceConnectionLost, .specInvalid,
      .sourceQueryFailed,
    ]
    return kinds.contains(error.kind)
  }
}
