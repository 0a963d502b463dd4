/// An event of the log, read as far as a follower needs it.
enum BinlogEvent {
  case formatDescription(BinlogFormat)
  /// The log goes on in that file, at that place. Artificial ones name the file that a connection begins in.
  case rotate(file: String, offset: UInt64)
  /// A statement: DDL, `BEGIN`, `COMMIT`, `XA …`, or a change that was logged as text.
  case query(BinlogQuery)
  /// The transaction is committed.
  case xid(UInt64)
  case xaPrepare(BinlogXA)
  /// A transaction of MySQL begins.
  case gtid(MySQLGTID)
  /// The set of all transactions in earlier files, in the server's spelling.
  case previousGTIDs(String)
  /// A transaction of MariaDB begins.
  case mariaGTID(MariaDBGTID)
  /// The newest transaction of each domain in earlier files.
  case mariaGTIDList([MariaDBGTID.Identifier])
  case tableMap(BinlogTableMap)
  /// Valid until the visit ends: the rows are still in the event's bytes.
  case rows(BinlogRows)
  /// A transaction that was compressed as a whole; its events follow one by one.
  case transactionPayload
  /// The statement whose rows follow.
  case rowsQuery(String)
  /// The server is alive, and has nothing newer than that place.
  case heartbeat(file: String, offset: UInt64?)
  /// The server shut down; the log goes on in the next file.
  case stop
  /// A value that the next statement in text form uses.
  case statementContext
  /// Of no interest to a follower.
  case skipped
}
