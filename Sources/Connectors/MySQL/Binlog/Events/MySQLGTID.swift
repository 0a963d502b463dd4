internal import SluiceCore

/// The number of a transaction of MySQL, and what the server tells of it before its events.
struct MySQLGTID: Hashable, Sendable {
  /// Sixteen bytes; all zero in a log without GTIDs.
  let source: ServerUUID
  /// Empty for a plain one.
  let tag: String
  /// 0 in a log without GTIDs.
  let number: Int64
  /// Microseconds since 1970 UTC when the server whose log this is committed; `nil` from old servers.
  let committedAt: Int64?
  /// The same of the server that the transaction first ran at.
  let firstCommittedAt: Int64?
  /// Bytes of the transaction's events, this one included, as they would be without compression; `nil` from old servers.
  let transactionLength: UInt64?

  var isAnonymous: Bool { number == 0 }

  /// `3e11fa47-71ca-11e1-9e33-c80aa9429562:23`, or with a tag before the number.
  var text: String { tag.isEmpty ? "\(source):\(number)" : "\(source):\(tag):\(number)" }

  /// Types 33 and 34; `body` comes without checksum.
  init(_ body: UnsafeRawBufferPointer, isAnonymous: Bool) throws {
    var cursor = BinlogCursor(body, "a GTID")
    try cursor.skip(1)
    source = try ServerUUID(&cursor)
    let read = Int64(bitPattern: try cursor.uint64())
    number = isAnonymous ? 0 : read
    tag = ""
    guard isAnonymous || number > 0 else { throw cursor.damaged("its number is not positive") }
    var committed: Int64?
    var first: Int64?
    var length: UInt64?
    // The parts for parallel replicas came with 5.7, the times and the length with 8.0.
    if cursor.remaining >= 17, try cursor.uint8() == 2 {
      try cursor.skip(16)
      if cursor.remaining >= 7 {
        let time = try cursor.littleEndian(7)
        committed = Int64(time & ~Self.hasSecondTime)
        first = committed
        if time & Self.hasSecondTime != 0 { first = Int64(try cursor.littleEndian(7)) }
        if cursor.remaining > 0 { length = try cursor.packed() }
      }
    }
    committedAt = committed
    firstCommittedAt = first
    transactionLength = length
  }

  /// Type 42: a message of the server's serialization library, whose fields are numbered.
  init(tagged body: UnsafeRawBufferPointer) throws {
    var message = try TaggedMessage(body)
    var source = ServerUUID()
    var tag = ""
    var number: Int64 = 0
    var committed: Int64?
    var first: Int64?
    var length: UInt64?
    while let field = try message.nextField() {
      switch field {
      case 0: _ = try message.unsigned()
      case 1: source = ServerUUID(try message.bytes(16))
      case 2: number = try message.signed()
      case 3: tag = try message.text(limit: 32)
      case 4, 5: _ = try message.signed()
      case 6: committed = Int64(clamping: try message.unsigned())
      case 7: first = Int64(clamping: try message.unsigned())
      case 8: length = try message.unsigned()
      case 9, 10, 11: _ = try message.unsigned()
      default: try message.skipUnknown(field)
      }
    }
    guard number > 0 else { throw message.damaged("its number is not positive") }
    self.source = source
    self.tag = tag
    self.number = number
    committedAt = committed
    firstCommittedAt = first ?? committed
    transactionLength = length
  }

  private static let hasSecondTime: UInt64 = 1 << 55
}

/// The identifier of a server.
struct ServerUUID: Hashable, Sendable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

  init() { (high, low) = (0, 0) }

  init(_ bytes: [UInt8]) {
    var halves: (UInt64, UInt64) = (0, 0)
    for (index, byte) in bytes.prefix(16).enumerated() {
      if index < 8 { halves.0 = halves.0 << 8 | UInt64(byte) } else { halves.1 = halves.1 << 8 | UInt64(byte) }
    }
    (high, low) = halves
  }

  init(_ cursor: inout BinlogCursor) throws {
    let bytes = try cursor.bytes(16)
    high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  var description: String {
    var digits: [UInt8] = []
    digits.reserveCapacity(36)
    for place in 0..<32 {
      if place == 8 || place == 12 || place == 16 || place == 20 { digits.append(UInt8(ascii: "-")) }
      let half = place < 16 ? high : low
      let nibble = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (place & 15))) & 15
      digits.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
