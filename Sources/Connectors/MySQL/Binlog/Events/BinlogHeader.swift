/// The nineteen bytes that each event begins with.
struct BinlogHeader: Sendable {
  /// Seconds since 1970 UTC when the statement began at the server that first ran it; 0 in artificial events.
  let timestamp: UInt32
  let type: BinlogEventType
  let serverID: UInt32
  /// Bytes of the event, header and checksum included.
  let size: Int
  /// Where the next event begins in the file, modulo 2³²; 0 in artificial events. Of no meaning within a compressed transaction.
  let nextOffset: UInt32
  let flags: UInt16
  /// Whether the event came out of a compressed transaction.
  let isInPayload: Bool

  static let size = 19

  /// A reader that does not know the event's type may skip it.
  var isIgnorable: Bool { flags & 0x80 != 0 }

  /// Made by the server for this connection: it is in no file.
  var isArtificial: Bool { flags & 0x20 != 0 }
}

/// Type codes of events, those of MySQL and of MariaDB.
struct BinlogEventType: Hashable, Sendable, CustomStringConvertible {
  let code: UInt8

  var description: String { "event type \(code)" }

  static let query = Self(code: 2), stop = Self(code: 3), rotate = Self(code: 4), intvar = Self(code: 5), rand = Self(code: 13)
  static let userVar = Self(code: 14), formatDescription = Self(code: 15), xid = Self(code: 16), beginLoadQuery = Self(code: 17)
  static let executeLoadQuery = Self(code: 18), tableMap = Self(code: 19), writeRows1 = Self(code: 23), updateRows1 = Self(code: 24)
  static let deleteRows1 = Self(code: 25), incident = Self(code: 26), heartbeat = Self(code: 27), ignorable = Self(code: 28)
  static let rowsQuery = Self(code: 29), writeRows = Self(code: 30), updateRows = Self(code: 31), deleteRows = Self(code: 32)
  static let gtid = Self(code: 33), anonymousGTID = Self(code: 34), previousGTIDs = Self(code: 35), transactionContext = Self(code: 36)
  static let viewChange = Self(code: 37), xaPrepare = Self(code: 38), partialUpdateRows = Self(code: 39), transactionPayload = Self(code: 40)
  static let heartbeat2 = Self(code: 41), taggedGTID = Self(code: 42)
  static let annotateRows = Self(code: 160), binlogCheckpoint = Self(code: 161), mariaGTID = Self(code: 162), mariaGTIDList = Self(code: 163)
  static let startEncryption = Self(code: 164), compressedQuery = Self(code: 165), compressedWriteRows1 = Self(code: 166)
  static let compressedUpdateRows1 = Self(code: 167), compressedDeleteRows1 = Self(code: 168), compressedWriteRows = Self(code: 169)
  static let compressedUpdateRows = Self(code: 170), compressedDeleteRows = Self(code: 171)
}
