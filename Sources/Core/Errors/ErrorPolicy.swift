/// What follows from an error's kind: read by the runtime, the command line and, later, alerts and diagnosis.
public struct ErrorPolicy: Sendable {
  public let retry: Retry
  /// The exit code of `sluice` when such an error ends it.
  public let exitCode: Int32
  /// One sentence of advice to the user.
  public let advice: String

  public enum Retry: Sendable, Equatable {
    /// Trying again with growing pauses may help.
    case backoff
    /// Somebody has to change something first.
    case manual
  }

  /// The policy of `kind`; an unknown kind is treated as a defect.
  public static func of(_ kind: ErrorKind) -> ErrorPolicy {
    table[kind] ?? ErrorPolicy(retry: .manual, exitCode: 1, advice: "Please report this with the log: it should not happen.")
  }

  /// Every known kind, for the reference page.
  public static let table: [ErrorKind: ErrorPolicy] = [
    .specInvalid: .init(retry: .manual, exitCode: 2, advice: "Correct the spec; `sluice schema` prints what it may hold."),
    .sourceUnreachable: .init(retry: .backoff, exitCode: 3, advice: "Check host, port, firewall and TLS settings of the source."),
    .sourceAuthentication: .init(retry: .manual, exitCode: 3, advice: "Check user and password of the source."),
    .sourceConnectionLost: .init(retry: .backoff, exitCode: 3, advice: "Check that the server is up; run the job again to go on where it stopped."),
    .sourcePrivilege: .init(retry: .manual, exitCode: 4, advice: "Grant the missing privilege to the source user."),
    .sourceTableMissing: .init(retry: .manual, exitCode: 4, advice: "Check `source.tables` against the tables of the server."),
    .sourceSchemaChanged: .init(
      retry: .manual, exitCode: 4, advice: "Drop the target table and the job's state folder, then load the table again with its new definition."),
    .sourceQueryFailed: .init(retry: .manual, exitCode: 4, advice: "Look up the server's error number; the server's log may say more."),
    .sourceTypeUnsupported: .init(retry: .manual, exitCode: 4, advice: "Exclude the table, or change the column's type."),
    .sourceLogGone: .init(
      retry: .manual, exitCode: 4,
      advice: "Set `source.logGone` to `resnapshot` to copy the affected tables anew, and keep the server's log for longer."),
    .sourceLogForeign: .init(
      retry: .manual, exitCode: 4,
      advice: "Point the job at a server that holds what it has read, or set `source.logGone` to `resnapshot` to copy its tables anew."),
    .sourceLogUnusable: .init(
      retry: .manual, exitCode: 4, advice: "Let the server log whole rows: binlog_format = ROW and binlog_row_image = FULL."),
    .sourceLogDamaged: .init(
      retry: .manual, exitCode: 4,
      advice: "Check the server's log at that position (mysqlbinlog --verify-binlog-checksum); please report it if the log is whole."
    ),
    .schemaChangeRefused: .init(
      retry: .manual, exitCode: 8,
      advice: "Choose another policy for this change in `schemaChanges`, then run the job again: it goes on at the statement."),
    .dirtyLimit: .init(
      retry: .manual, exitCode: 5, advice: "Look at the dirty rows (`sluice dirty show`), mend them at the source or raise `settings.errorLimit`."
    ),
    .replayFailed: .init(
      retry: .manual, exitCode: 5,
      advice: "Correct the rows, at the source or in a file for `sluice dirty replay --file`, or the spec, and replay them."),
    .targetConflict: .init(retry: .manual, exitCode: 6, advice: "Choose another target, or remove what stands in its place."),
    .targetDamaged: .init(retry: .manual, exitCode: 6, advice: "Restore the file named here, or drop the table and load it again."),
    .targetMissing: .init(retry: .manual, exitCode: 6, advice: "Check the warehouse and the table's name."),
    .catalogUnavailable: .init(
      retry: .backoff, exitCode: 6,
      advice: "Check the catalog's address, its TLS settings and that it is up; run the job again to go on where it stopped."),
    .catalogAuthentication: .init(retry: .manual, exitCode: 6, advice: "Check the token or the credentials of the catalog."),
    .catalogDenied: .init(retry: .manual, exitCode: 6, advice: "Give the account the right to create and change tables in the catalog."),
    .catalogRefused: .init(retry: .manual, exitCode: 6, advice: "Look at what the catalog says; its log may say more."),
    .storageDenied: .init(retry: .manual, exitCode: 6, advice: "Make the warehouse and the state folder writable for this user."),
    .storageFull: .init(retry: .manual, exitCode: 6, advice: "Free space, then run the job again: it goes on where it stopped."),
    .storageFailed: .init(retry: .manual, exitCode: 6, advice: "Check the storage; run the job again to go on where it stopped."),
    .jobLocked: .init(retry: .manual, exitCode: 7, advice: "Wait for the other run, or stop it; two jobs need two state folders."),
    .stateDamaged: .init(retry: .manual, exitCode: 7, advice: "Restore the state folder from a backup, or drop the target tables and start anew."),
    .stateForeign: .init(retry: .manual, exitCode: 7, advice: "Give this job its own `state` folder, or its old spec."),
    .defect: .init(retry: .manual, exitCode: 1, advice: "Please report this with the log: it should not happen."),
  ]
}
