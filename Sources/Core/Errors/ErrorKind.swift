/// What went wrong, in the words of the field. Extensible: a plug-in may add kinds of its own beside these.
public struct ErrorKind: Hashable, Sendable, Codable, CustomStringConvertible {
  public let name: String

  public init(_ name: String) {
    self.name = name
  }

  public var description: String { name }

  /// The job's spec, or a command's arguments, cannot be understood.
  public static let specInvalid = ErrorKind("spec-invalid")
  /// The server cannot be reached, or its certificate is not trusted.
  public static let sourceUnreachable = ErrorKind("source-unreachable")
  public static let sourceAuthentication = ErrorKind("source-authentication")
  public static let sourcePrivilege = ErrorKind("source-privilege")
  public static let sourceTableMissing = ErrorKind("source-table-missing")
  /// A table's definition is not the one that the job was planned with.
  public static let sourceSchemaChanged = ErrorKind("source-schema-changed")
  /// A working connection broke.
  public static let sourceConnectionLost = ErrorKind("source-connection-lost")
  public static let sourceQueryFailed = ErrorKind("source-query-failed")
  public static let sourceTypeUnsupported = ErrorKind("source-type-unsupported")
  /// The log no longer has what the job must read next.
  public static let sourceLogGone = ErrorKind("source-log-gone")
  /// The log is another server's, or has lost what the job has already read.
  public static let sourceLogForeign = ErrorKind("source-log-foreign")
  /// The log cannot be followed as the server writes it: its format, its row image, a statement instead of rows.
  public static let sourceLogUnusable = ErrorKind("source-log-unusable")
  /// Bytes of the log that make no sense.
  public static let sourceLogDamaged = ErrorKind("source-log-damaged")
  /// A schema change that the job's policy does not let pass.
  public static let schemaChangeRefused = ErrorKind("schema-change-refused")
  /// More rows than allowed could not be carried over.
  public static let dirtyLimit = ErrorKind("dirty-limit")
  /// Dirty rows were to go through again and could not.
  public static let replayFailed = ErrorKind("replay-failed")
  /// The target holds something that this job must not touch.
  public static let targetConflict = ErrorKind("target-conflict")
  /// A table's metadata or data cannot be read back.
  public static let targetDamaged = ErrorKind("target-damaged")
  public static let targetMissing = ErrorKind("target-missing")
  /// The catalog's server cannot be reached, is not trusted, or has no time.
  public static let catalogUnavailable = ErrorKind("catalog-unavailable")
  public static let catalogAuthentication = ErrorKind("catalog-authentication")
  public static let catalogDenied = ErrorKind("catalog-denied")
  /// The catalog does not do what it was asked for.
  public static let catalogRefused = ErrorKind("catalog-refused")
  public static let storageDenied = ErrorKind("storage-denied")
  public static let storageFull = ErrorKind("storage-full")
  public static let storageFailed = ErrorKind("storage-failed")
  /// Another process runs this job.
  public static let jobLocked = ErrorKind("job-locked")
  public static let stateDamaged = ErrorKind("state-damaged")
  /// The state folder belongs to another job, or to other tables than the spec names.
  public static let stateForeign = ErrorKind("state-foreign")
  /// A defect of Sluice itself.
  public static let defect = ErrorKind("defect")
}
