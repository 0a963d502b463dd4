/// Where a connection begins to read the log.
enum LogStart: Hashable, Sendable {
  case file(String, offset: UInt64)
  /// With the first transaction that is not among these.
  case gtids(ReadGTIDs)
}
