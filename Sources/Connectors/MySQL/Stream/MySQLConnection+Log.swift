internal import CMariaDB
internal import SluiceCore

extension MySQLConnection {
  /// Sends a command that is no statement.
  func command(_ command: enum_server_command, _ body: [UInt8], expectsAnswer: Bool = false) throws {
    guard let send = handle.pointee.methods.pointee.db_command else { throw SluiceError(.defect, "the MySQL client library sends no commands") }
    let code = body.withUnsafeBytes { bytes in
      send(handle, command, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, expectsAnswer ? 0 : 1, nil)
    }
    if code != 0 { throw logError() }
  }

  /// The next packet of the log, its status byte first, in the library's memory until the next call; `nil` at the end.
  func readLogPacket() throws -> UnsafeRawBufferPointer? {
    let length = mysql_net_read_packet(handle)
    guard length < Self.packetError else { throw logError() }
    guard length > 0, let bytes = handle.pointee.net.read_pos else {
      throw SluiceError(.sourceLogDamaged, "the server sent an empty packet instead of an event")
    }
    if length < 9, bytes[0] == 0xfe { return nil }
    guard bytes[0] == 0 else { throw SluiceError(.sourceLogDamaged, "the server sent a packet that is no event") }
    return UnsafeRawBufferPointer(start: bytes, count: Int(length))
  }

  /// What the library answers instead of a length: 32 bits set.
  private static let packetError: UInt = 0xffff_ffff

  private func logError() -> SluiceError {
    let native = Self.failure(of: handle)
    // After the login "access denied" is about the command.
    if native.code == ER_ACCESS_DENIED_ERROR {
      return SluiceError(
        .sourcePrivilege, "the account may not follow the log (error \(native.code))",
        remedy: "GRANT REPLICATION SLAVE ON *.* TO '\(options.user)'@'%';", cause: native)
    }
    return MySQLFailures.error(native, doing: "following the log of \(options.address)", options: options)
  }
}
