/// The number of a transaction of MariaDB, and what the server tells of it before its events.
struct MariaDBGTID: Hashable, Sendable {
  struct Identifier: Hashable, Sendable, CustomStringConvertible {
    let domain: UInt32
    let server: UInt32
    let number: UInt64

    /// `0-1-42`.
    var description: String { "\(domain)-\(server)-\(number)" }
  }

  let identifier: Identifier
  private let flags: UInt8
  /// The branch of a distributed transaction that is prepared or completed here.
  let xa: [UInt8]?

  /// The event group is one statement, without an end of its own.
  var isStandalone: Bool { flags & 1 != 0 }

  /// All changes can be rolled back.
  var isTransactional: Bool { flags & 4 != 0 }

  var isDDL: Bool { flags & 32 != 0 }

  /// The events are those of an `XA PREPARE`: they count when a later `XA COMMIT` says so.
  var isPreparedXA: Bool { flags & 64 != 0 }

  var isCompletedXA: Bool { flags & 128 != 0 }

  init(_ body: UnsafeRawBufferPointer, serverID: UInt32) throws {
    var cursor = BinlogCursor(body, "a GTID")
    let number = try cursor.uint64()
    identifier = Identifier(domain: try cursor.uint32(), server: serverID, number: number)
    flags = try cursor.uint8()
    if flags & 2 != 0 { try cursor.skip(8) }
    if flags & (64 | 128) != 0 {
      let format = try cursor.bytes(4)
      let globalLength = try cursor.uint8()
      let branchLength = try cursor.uint8()
      xa = Array(format) + [globalLength, branchLength] + Array(try cursor.bytes(Int(globalLength) + Int(branchLength)))
    } else {
      xa = nil
    }
  }

  /// The body of a list of GTIDs.
  static func list(_ body: UnsafeRawBufferPointer) throws -> [Identifier] {
    var cursor = BinlogCursor(body, "a list of GTIDs")
    // The topmost four bits are flags.
    let count = Int(try cursor.uint32() & 0x0fff_ffff)
    guard count <= cursor.remaining / 16 else { throw cursor.damaged("it counts more GTIDs than it has bytes") }
    return try (0..<count).map { _ in
      Identifier(domain: try cursor.uint32(), server: try cursor.uint32(), number: try cursor.uint64())
    }
  }
}
