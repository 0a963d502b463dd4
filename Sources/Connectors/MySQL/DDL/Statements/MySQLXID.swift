/// The name of an XA transaction.
struct MySQLXID: Hashable, Sendable {
  let global: [UInt8]
  let branch: [UInt8]
  let format: Int
}

extension StatementReader {
  mutating func xid() throws(StatementProblem) -> MySQLXID {
    let global = try xidPart()
    guard take(symbol: ",") else { return MySQLXID(global: global, branch: [], format: 1) }
    let branch = try xidPart()
    guard take(symbol: ",") else { return MySQLXID(global: global, branch: branch, format: 1) }
    return MySQLXID(global: global, branch: branch, format: try integer())
  }

  private mutating func xidPart() throws(StatementProblem) -> [UInt8] {
    let part = token
    switch part.kind {
    case .string:
      advance()
      return Array(part.text.utf8)
    case .hexadecimal, .bits:
      guard let bytes = MySQLLiteral.bytes(part) else { throw StatementProblem() }
      advance()
      return bytes
    default: throw StatementProblem()
    }
  }
}
