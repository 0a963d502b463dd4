internal import SluiceCore
internal import SluiceFormats

/// Writes one data file and says what a manifest holds of it. Confined to one thread.
final class IcebergFileWriter: DataFileOutput {
  let name: String
  let path: String
  private let layout: IcebergLayout
  private let template: IcebergFile
  private let file: ParquetFileWriter
  /// Whether sequence numbers and kinds are written: of changes that wait.
  private let isWaiting: Bool
  private var systemColumns = SystemColumns()

  /// `template` says all but the numbers.
  init(_ layout: IcebergLayout, fields: [ParquetField], isWaiting: Bool, path: String, template: IcebergFile, store: any ObjectStore) throws {
    self.layout = layout
    self.template = template
    self.isWaiting = isWaiting
    self.path = path
    name = IcebergFile.name(of: path)
    file = try ParquetFileWriter(fields: fields, options: layout.options, to: try store.upload(to: path))
  }

  var heldBytes: Int { file.heldBytes }
  var estimatedFileBytes: Int { file.estimatedFileBytes }

  func write(_ changes: ChangeBatch) throws {
    if changes.rowCount == 0 { return }
    guard isWaiting else { return try file.write(changes.rows) }
    try file.write(Batch(columns: systemColumns.columns(for: changes) + changes.rows.columns, rowCount: changes.rowCount))
  }

  func flush() throws {
    try file.flush()
  }

  func finish() throws -> IcebergFile {
    let facts = try file.finish()
    var made = template
    made.data.recordCount = facts.rowCount
    made.data.fileSize = facts.byteCount
    if !isWaiting { made.data.setMetrics(facts, fields: layout.schema.fields) }
    return made
  }

  func abandon() {
    file.abandon()
  }
}
