/// A transaction of a distributed one that is prepared.
struct BinlogXA: Hashable, Sendable {
  /// Committed in the same step (`XA COMMIT … ONE PHASE`).
  let isOnePhase: Bool
  let formatID: UInt32
  let globalID: [UInt8]
  let branchID: [UInt8]

  init(_ body: UnsafeRawBufferPointer) throws {
    var cursor = BinlogCursor(body, "an XA event")
    isOnePhase = try cursor.uint8() != 0
    formatID = try cursor.uint32()
    let globalLength = try cursor.uint32()
    let branchLength = try cursor.uint32()
    guard globalLength <= 64, branchLength <= 64 else { throw cursor.damaged("an identifier has more than 64 bytes") }
    globalID = Array(try cursor.bytes(Int(globalLength)))
    branchID = Array(try cursor.bytes(Int(branchLength)))
  }

  /// The identifier as the statements `XA COMMIT` and `XA ROLLBACK` of the log spell it: `X'…',X'…',1`.
  var text: String {
    "\(MySQLText.hex(globalID).uppercasedFirst),\(MySQLText.hex(branchID).uppercasedFirst),\(formatID)"
  }
}

extension String {
  fileprivate var uppercasedFirst: String { prefix(1).uppercased() + dropFirst() }
}
