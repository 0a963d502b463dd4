internal import SluiceCore
internal import Synchronization

/// What a job takes for granted of a table while it writes to it: partitions, buckets, its own columns, and that its commits stay. Beside that
/// others may change the table as they like, and add columns that may be null. Shared by all objects of a table in one run. Thread-safe.
final class IcebergGround: Sendable {
  /// The table property that says which columns the job made last, so that they are told from somebody else's change after a crash.
  static let property = "sluice.columns"

  private struct Columns {
    /// The job's columns in the newest schema.
    var own: IcebergSchema
    /// A change of the job's that may be in the table already.
    var pending: IcebergEvolution?
  }

  private let writer: WriterIdentity
  private let specID: Int
  private let buckets: String?
  private let columns: Mutex<Columns>

  /// `opened` has the job's columns of a schema of the table. Throws `target-conflict` when somebody else has changed them since.
  init(_ metadata: TableMetadata, opened: IcebergSchema, writer: WriterIdentity) throws {
    self.writer = writer
    specID = metadata.defaultSpecID
    buckets = metadata.properties[IcebergSlots.property]
    let current = try metadata.currentSchema()
    var own = opened
    if let difference = opened.difference(in: current) {
      // The run before may have ended just after it changed the columns; it does so again when it comes to that statement.
      guard metadata.properties[Self.property] == current.signature else { throw difference }
      own = current
    }
    columns = Mutex(Columns(own: own))
  }

  /// Throws `target-conflict` when rows that are written now would be misplaced, lost or doubled.
  func check(_ metadata: TableMetadata) throws {
    guard metadata.defaultSpecID == specID else {
      throw Self.conflict("another writer has changed the table's partitions while the job wrote to it")
    }
    guard metadata.properties[IcebergSlots.property] == buckets else {
      throw Self.conflict("another writer has changed the table property \(IcebergSlots.property)")
    }
    let current = try metadata.currentSchema()
    let columns = columns.withLock { $0 }
    if let difference = columns.own.difference(in: current), columns.pending?.isMade(current) != true { throw difference }
    try checkHistory(metadata)
  }

  /// Throws when commits of the job are not in the table's history any more.
  func checkHistory(_ metadata: TableMetadata) throws {
    guard let lost = IcebergAccount.lost(metadata, writer) else { return }
    throw SluiceError(
      .targetConflict, "another writer has set the table back: checkpoint \(lost) of this job is not in its history any more",
      remedy: "Set the table's main branch to the snapshot that it had, and run the job again: it goes on. Or remove the job's state folder and "
        + "the table to load it anew.")
  }

  /// The job is about to change its columns.
  func expect(_ change: IcebergEvolution) {
    columns.withLock { $0.pending = change }
  }

  /// The change was made, as `schema`, or not at all.
  func settle(_ schema: IcebergSchema?) {
    columns.withLock { columns in
      columns.own = schema ?? columns.own
      columns.pending = nil
    }
  }

  fileprivate static func conflict(_ message: String, column: String? = nil) -> SluiceError {
    SluiceError(
      .targetConflict, message, at: .init(column: column),
      remedy: "Run the job again: it says whether the table still fits. If not, undo the change, or remove the job's state folder and the table to "
        + "load it anew.")
  }
}

extension IcebergSchema {
  /// Its columns by name, type and whether they must have a value, in short.
  var signature: String {
    let text = fields.map { "\($0.name)\u{0}\($0.type.text)\u{0}\($0.isRequired)" }.joined(separator: "\u{1}")
    return "\(fields.count)-\(CRC32.of(Array(text.utf8)))"
  }

  /// Those of its columns that have one of the names, and those that no row may lack.
  func only(_ names: some Sequence<String>) -> IcebergSchema {
    let names = Set(names)
    var some = self
    some.fields = fields.filter { names.contains($0.name) || $0.isRequired || identifierFieldIDs.contains($0.id) }
    return some
  }

  /// What a writer of these columns would get wrong in a table whose columns are `current`; `nil` for nothing.
  func difference(in current: IcebergSchema) -> SluiceError? {
    for field in fields {
      guard let found = current.field(field.id) else {
        return IcebergGround.conflict("another writer has dropped the column", column: field.name)
      }
      guard found.name == field.name else {
        return IcebergGround.conflict("another writer has renamed the column to \(found.name)", column: field.name)
      }
      guard found.type == field.type else {
        return IcebergGround.conflict(
          "another writer has changed the column's type from \(field.type.text) to \(found.type.text)", column: field.name)
      }
      guard field.isRequired || !found.isRequired else {
        return IcebergGround.conflict("another writer has made the column NOT NULL", column: field.name)
      }
    }
    if let more = current.fields.first(where: { $0.isRequired && field($0.id) == nil }) {
      return IcebergGround.conflict("another writer has added a column that no row may lack", column: more.name)
    }
    guard Set(identifierFieldIDs) == Set(current.identifierFieldIDs) else {
      return IcebergGround.conflict("another writer has changed the table's identifier fields")
    }
    return nil
  }
}
