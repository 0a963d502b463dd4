/// The bodies of the commands that a replica sends.
enum LogCommand {
  /// Whether the server ends the log with an end packet instead of waiting for more.
  struct Flags {
    var endsWithLog: Bool

    var bits: UInt16 { endsWithLog ? 1 : 0 }
  }

  /// `COM_REGISTER_SLAVE`: who follows, so that the server's list of replicas names it.
  static func register(serverID: UInt32, name: String) -> [UInt8] {
    var bytes: [UInt8] = []
    append(serverID, to: &bytes)
    let name = Array(name.utf8.prefix(60))
    bytes += [UInt8(truncatingIfNeeded: name.count)] + name
    // User and password are nobody's, the port is unknown.
    bytes += [0, 0, 0, 0]
    append(UInt32(0), to: &bytes)
    append(UInt32(0), to: &bytes)
    return bytes
  }

  /// `COM_BINLOG_DUMP`. An offset beyond 4 GiB cannot be told.
  static func dump(file: String, offset: UInt32, serverID: UInt32, flags: Flags) -> [UInt8] {
    var bytes: [UInt8] = []
    append(offset, to: &bytes)
    append(flags.bits, to: &bytes)
    append(serverID, to: &bytes)
    return bytes + Array(file.utf8)
  }

  /// `COM_BINLOG_DUMP_GTID`: everything that is not in `set`.
  static func dump(after set: MySQLGTIDSet, serverID: UInt32, flags: Flags) -> [UInt8] {
    let encoded = set.encoded
    var bytes: [UInt8] = []
    append(flags.bits, to: &bytes)
    append(serverID, to: &bytes)
    // No file name, whose place is then not looked at.
    append(UInt32(0), to: &bytes)
    append(UInt64(4), to: &bytes)
    append(UInt32(truncatingIfNeeded: encoded.count), to: &bytes)
    return bytes + encoded
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
