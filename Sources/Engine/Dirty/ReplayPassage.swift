internal import SluiceCore

/// The way of one source table's dirty rows to its targets, while nobody else moves.
struct ReplayPassage {
  private let run: JobRun
  private let ways: [(table: TableRun, flow: RowFlow)]
  private let definition: TableDefinition
  private let lookup: (any RowLookup)?
  private let sequence: Int64
  private let position: Position?

  /// Throws `spec-invalid` when rows of the table cannot go through now.
  init(_ run: JobRun, _ source: TableID) throws {
    self.run = run
    let tables = run.tables.find(source)
    guard let first = tables.first else { throw Self.refused("it is not among the job's tables", source) }
    definition = first.plan.source
    let phases = run.scheduler.state.read { state in tables.map { state.tables[$0.number].state.phase } }
    for (table, phase) in zip(tables, phases) where phase != .aligned && (table.isWhole || run.plan.following == nil) {
      throw Self.refused("its copy is not complete yet", source)
    }
    position = run.scheduler.state.read { $0.stream?.position }
    let rereads = run.source as? any RowLookupSource
    if !definition.primaryKey.isEmpty, rereads == nil { throw Self.refused("the source cannot read single rows again", source) }
    lookup = try rereads?.makeRowLookup(definition)
    sequence = try position.flatMap { try rereads?.sequence(before: $0) } ?? 0
    ways = try tables.map { ($0, try RowFlow($0.target)) }
  }

  func replay(_ row: DirtyRecord.KeptRow, corrections: [ReplayRequest.Correction]) throws -> (DirtyRecord.RowOutcome.Result, String) {
    guard let kept = row.image else { return (.failed, "nothing was kept of the row") }
    guard definition.primaryKey.isEmpty else { return try reread(row, kept, corrections) }
    guard row.kind == .insert else { return (.failed, "the table has no key to find the row by") }
    if let gone = definition.columns.first(where: { kept[$0.name] == nil }) {
      return (.failed, "the row was kept as T-nodes had made it, without the source's column \(gone.name)")
    }
    var image = kept
    for correction in corrections {
      guard image[correction.column] != nil else { return (.failed, "the row has no column \(correction.column)") }
      image = image.replacing(correction.column, with: Self.cell(correction))
    }
    return try hand(image, .insert)
  }

  private func reread(
    _ row: DirtyRecord.KeptRow, _ kept: RowImage, _ corrections: [ReplayRequest.Correction]
  ) throws -> (DirtyRecord.RowOutcome.Result, String) {
    guard let lookup else { return (.failed, "the source cannot read the row again") }
    let key = Dictionary(definition.primaryKey.map { ($0, kept[$0] ?? .null) }) { $1 }
    guard var image = try lookup.row(key) else {
      guard row.kind == .delete else { return (.superseded, "the source has no such row any more") }
      return try hand(kept.keeping(definition.primaryKey), .delete)
    }
    for correction in corrections {
      guard let now = image[correction.column], let before = kept[correction.column] else {
        return (.failed, "the row has no column \(correction.column)")
      }
      if before == .masked { return (.failed, "the value of \(correction.column) was not kept, so that nobody can say whether it is still the same") }
      guard now == before else { return (.superseded, "\(correction.column) has another value at the source by now") }
      image = image.replacing(correction.column, with: Self.cell(correction))
    }
    return try hand(image, row.kind == .insert ? .insert : .updateAfter)
  }

  private static func cell(_ correction: ReplayRequest.Correction) -> RowImage.Cell { correction.text.map(RowImage.cell) ?? .null }

  /// Hands the row to the lanes as a change of its key.
  private func hand(_ image: RowImage, _ kind: RowKind) throws -> (DirtyRecord.RowOutcome.Result, String) {
    var builder = BatchBuilder(types: definition.columns.map(\.type), capacity: 1)
    for (index, column) in definition.columns.enumerated() {
      let cell = image[column.name] ?? .null
      if cell == .null, !column.isNullable, kind != .delete { return (.failed, "\(column.name) may not be NULL") }
      if let reason = TypedText.append(cell, to: &builder.columns[index]) { return (.failed, "\(column.name): \(reason)") }
    }
    builder.finishRow()
    if kind != .insert, ways.contains(where: { $0.table.plan.target.primaryKey.isEmpty }) {
      return (.failed, "the target has no key to find the row by")
    }
    let batch = ChangeBatch(
      table: definition.id, schemaVersion: 0, rows: builder.finish(), kinds: .each([kind.rawValue]), sequence: .each([sequence]), position: position)
    var failures: [String] = []
    let parts = try ways.map { way in
      (way, try way.flow.route(batch) { failures.append("\($0.node): \([$0.column, $0.reason].filter { !$0.isEmpty }.joined(separator: ": "))") })
    }
    if let failure = failures.first { return (.failed, failure) }
    if parts.allSatisfy(\.1.isEmpty) { return (.superseded, "the spec's T-nodes leave the row out of the lake") }
    for (way, rows) in parts {
      // What was a new row for the nodes may have come to the lake by a later change, except where there is no key.
      let isKeyed = !way.table.plan.target.primaryKey.isEmpty
      for (slot, part) in rows.map({ ($0.slot, isKeyed ? $0.rows.withoutInserts() : $0.rows) }) {
        let message = LaneMessage.rows(target: way.table.targetNumber, way.flow.target, slot: slot, part, .stream)
        guard run.lane(of: slot, target: way.table.targetNumber).push(message, bytes: part.rows.byteSize) else { break }
      }
    }
    try run.throwFailure()
    return (.replayed, "")
  }

  private static func refused(_ message: String, _ table: TableID) -> SluiceError {
    SluiceError(.specInvalid, message, at: .init(table: table))
  }
}

extension ChangeBatch {
  /// The same rows, whatever their keys have in the lake already.
  fileprivate func withoutInserts() -> ChangeBatch {
    replacingKinds(.each((0..<rowCount).map { kinds[$0] == RowKind.insert.rawValue ? RowKind.updateAfter.rawValue : kinds[$0] }))
  }
}

extension RowImage {
  /// The same row with NULL in all columns but these.
  fileprivate func keeping(_ columns: [String]) -> RowImage {
    RowImage(values.map { columns.contains($0.column) ? $0 : Value(column: $0.column, type: $0.type, cell: .null) })
  }
}
