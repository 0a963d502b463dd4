internal import SluiceCore

/// Reads the newest snapshot: files that nothing overlaps straight, others merged by key (as Paimon's MergeTreeSplitGenerator groups them).
final class PaimonReader: TableReader {
  private static let batchRows = 8192

  let columns: [TargetTable.Column]
  private let wanted: [Int]
  private let keys: [Int]
  private let files: PaimonFiles
  private let vectors: DeletionVectors
  private var parts: ArraySlice<ReadPlan.Part>
  private var open: (() throws -> Batch?)?
  private var remaining: Int

  init(table: TableID, schema: TableSchema, files: MetadataFiles, columns: [String]?, limit: Int?) throws {
    let types = try schema.dataTypes()
    let wanted = try (columns ?? schema.fields.map(\.name)).map { name in
      guard let index = schema.index(of: name) else {
        throw SluiceError(.specInvalid, "the table has no such column", at: .init(table: table, column: name))
      }
      return index
    }
    self.wanted = wanted
    self.columns = wanted.map { index in
      let field = schema.fields[index]
      return TargetTable.Column(name: field.name, type: types[index], isNullable: field.type.isNullable, comment: field.description ?? "")
    }
    keys = try schema.indexes(of: schema.trimmedKeys)
    remaining = limit ?? .max
    let plan = try ReadPlan(schema: schema, files: files)
    parts = plan.parts[...]
    vectors = plan.vectors
    self.files = try PaimonFiles(table: table, schema: schema, files: files)
  }

  func next() throws -> Batch? {
    while remaining > 0 {
      if let batch = try open?() {
        let kept = batch.rowCount > remaining ? batch.slice(from: 0, count: remaining) : batch
        remaining -= kept.rowCount
        return kept
      }
      guard let part = parts.popFirst() else { return nil }
      open = try start(part)
    }
    return nil
  }

  private func start(_ part: ReadPlan.Part) throws -> () throws -> Batch? {
    switch part {
    case .raw(let file):
      let stream = try files.open(
        file, columns: wanted, withSystemColumns: false, batchRows: Self.batchRows, dead: try vectors.vector(of: file))
      return { try stream.next() }
    case .merged(let runs):
      // Key columns come first, because merging needs them, wanted or not.
      let streams = runs.map { RunStream(files, $0, columns: keys + wanted, batchRows: Self.batchRows / 2, dead: vectors.vector(of:)) }
      let first = RunMerge.systemColumns
      let merge = RunMerge(streams, keys: Array(first..<(first + keys.count)), dropsDeletes: true)
      let kept = Array((first + keys.count)..<(first + keys.count + wanted.count))
      return { try merge.next().map { $0.selecting(kept) } }
    }
  }
}
