internal import SluiceCore

/// What a file's first event says of all that follow.
struct BinlogFormat: Sendable {
  let serverVersion: String
  /// Bytes of the fixed part after the header, by type code less one.
  let fixedLengths: [UInt8]
  /// Whether each event ends with a CRC-32.
  let hasChecksums: Bool
  let isMariaDB: Bool
  /// The server wrote the event when it opened the file, not when it closed it properly.
  let createdAt: UInt32

  private static let versionBytes = 50
  private static let fixedBytes = 2 + versionBytes + 4 + 1

  /// Reads the body with its checksum, whose presence only the body itself tells.
  init(_ body: UnsafeRawBufferPointer) throws {
    var cursor = BinlogCursor(body, "a format description")
    let version = try cursor.uint16()
    guard version == 4 else {
      throw SluiceError(.sourceLogUnusable, "the binary log has version \(version); version 4 is expected, which servers write since MySQL 5.0")
    }
    let name = try cursor.bytes(Self.versionBytes)
    serverVersion = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    createdAt = try cursor.uint32()
    guard try cursor.uint8() == UInt8(BinlogHeader.size) else { throw cursor.damaged("event headers have another length than 19 bytes") }
    let server = MySQLServer(version: serverVersion)
    isMariaDB = server.isMariaDB
    // Servers that know checksums end the event with the algorithm and a checksum's place, used or not.
    let knowsChecksums = server.isMariaDB ? server.isAtLeast(5, 3) : server.numbers.count > 1 && !server.numbers.lexicographicallyPrecedes([5, 6, 1])
    let tail = knowsChecksums ? 5 : 0
    guard cursor.remaining >= tail else { throw cursor.damaged("it has no place for a checksum") }
    fixedLengths = Array(try cursor.bytes(cursor.remaining - tail))
    switch knowsChecksums ? try cursor.uint8() : 0 {
    case 0: hasChecksums = false
    case 1: hasChecksums = true
    case let algorithm: throw SluiceError(.sourceLogUnusable, "the binary log has checksums of an unknown kind (\(algorithm))")
    }
  }

  /// Bytes of the fixed part of events of that type; the usual ones where the file does not say.
  func fixedLength(_ type: BinlogEventType, usual: Int) -> Int {
    let index = Int(type.code) - 1
    return index >= 0 && index < fixedLengths.count ? Int(fixedLengths[index]) : usual
  }
}
