/// A lake table format: Paimon, later Iceberg and Hudi. One folder under `Lake/` each.
public protocol LakeFormat: Sendable {
  /// How a column of `type` is kept in this format.
  func storage(of type: DataType) -> LakeType

  /// What a server of the lake says, one finding each; none where the warehouse's folder is all there is.
  func preflight() -> [Finding]

  /// The statement-like rendering of what `create` would make, for `plan`.
  func describe(_ target: TargetTable) -> String

  /// Throws what `create` would refuse of a table by its definition alone: names, options, keys. Does not look at the lake.
  func check(_ target: TargetTable) throws

  /// The table, made when it does not exist.
  ///
  /// An existing table must have the columns, key and partitions of `target` (`target-conflict` otherwise, naming the
  /// first difference), and its snapshots must be this `writer`'s or none.
  ///
  /// With `schemaVersion` the table is opened as it was under that version, whatever changes it has seen since, and is compared as it was then.
  func openOrCreate(_ target: TargetTable, writer: WriterIdentity, schemaVersion: Int64?) throws -> any LakeTable

  /// Removes a table with all its data and history; no error when there is none.
  func drop(_ table: TableID) throws

  /// An existing table for reading only.
  func open(_ table: TableID) throws -> any LakeTable
}

extension LakeFormat {
  public func preflight() -> [Finding] { [] }

  public func check(_ target: TargetTable) throws {}

  public func openOrCreate(_ target: TargetTable, writer: WriterIdentity) throws -> any LakeTable {
    try openOrCreate(target, writer: writer, schemaVersion: nil)
  }
}

/// How a lake format keeps a type.
public struct LakeType: Hashable, Sendable {
  /// The format's own spelling: `DECIMAL(20, 0)`.
  public let name: String
  /// The type whose layout the format's writer takes; differs from the logical type where the format lacks it.
  public let storage: DataType
  /// What a user must know: values that do not fit, a meaning that is lost. `nil` when nothing.
  public let note: String?

  public init(name: String, storage: DataType, note: String? = nil) {
    self.name = name
    self.storage = storage
    self.note = note
  }
}

/// Who writes: stable over restarts of one job, different for any other job.
public struct WriterIdentity: Hashable, Sendable, Codable {
  /// Safe in a file name; goes into the names of all files of the job, so that its leftovers can be told from others' files.
  public let id: String

  public init(id: String) {
    self.id = id
  }
}
