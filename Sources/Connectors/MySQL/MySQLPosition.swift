internal import SluiceCore

/// A place in the binary log: `mysql:file=binlog.000003;pos=1234;gtid=…;rows=…;seq=…;server=…`.
///
/// File and offset are those after a complete transaction (or event outside of one), `gtid` names the transactions before, where the server
/// has identifiers: then they, and not the offset, say where to go on, so that another server of the same replication can take over. What was
/// handed over of the transaction that begins there is counted, so that it is left out when the transaction is read again.
struct MySQLPosition: Hashable, Sendable {
  var file: String
  var offset: UInt64
  var gtids: ReadGTIDs?
  /// The identifier of the transaction that begins here, when a part of it was handed over already.
  var open: String?
  /// Changes of rows of that transaction, by table, that were handed over already.
  var rows: [TableID: Int] = [:]
  /// Statements of that transaction that were dealt with already.
  var statements = 0
  /// The sequence number of the last row that was handed over.
  var sequence: Int64 = 0
  /// Whose log it is: a server's UUID, or the number of a MariaDB server; `nil` when it was not noted.
  var server: String?

  init(file: String, offset: UInt64, gtids: ReadGTIDs? = nil, server: String? = nil) {
    self.file = file
    self.offset = offset
    self.gtids = gtids
    self.server = server
  }

  /// Reads back what `position` wrote.
  init(_ position: Position) throws {
    func foreign(_ message: String) -> SluiceError { SluiceError(.stateForeign, message, at: .init(position: position.text)) }
    guard position.text.hasPrefix(Self.prefix) else { throw foreign("this is no position in a binary log") }
    var parts: [Substring: Substring] = [:]
    for field in position.text.dropFirst(Self.prefix.count).split(separator: ";") {
      let pair = field.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { parts[pair[0]] = pair[1] }
    }
    guard let file = parts["file"], let offset = parts["pos"].flatMap({ UInt64($0) }) else {
      throw foreign("this is no position in a binary log")
    }
    self.init(file: String(file), offset: offset, server: parts["server"].map(String.init))
    if let text = parts["gtid"] {
      guard let gtids = ReadGTIDs(String(text)) else { throw foreign("its GTIDs cannot be read") }
      self.gtids = gtids
    }
    for item in parts["rows"]?.split(separator: ",") ?? [] {
      guard let (table, count) = Self.rowCount(item) else { throw foreign("its row counts cannot be read") }
      rows[table] = count
    }
    open = parts["open"].map(String.init)
    statements = parts["statements"].flatMap { Int($0) } ?? 0
    sequence = parts["seq"].flatMap { Int64($0) } ?? 0
  }

  var position: Position {
    var text = "\(Self.prefix)file=\(file);pos=\(offset)"
    if let gtids { text += ";gtid=\(gtids)" }
    if let open { text += ";open=\(open)" }
    if !rows.isEmpty {
      let counts = rows.sorted { $0.key < $1.key }
      text += ";rows=" + counts.map { "\(Self.escaped($0.key.database)).\(Self.escaped($0.key.name))*\($0.value)" }.joined(separator: ",")
    }
    if statements > 0 { text += ";statements=\(statements)" }
    if sequence > 0 { text += ";seq=\(sequence)" }
    if let server { text += ";server=\(server)" }
    return Position(text)
  }

  /// Whether something of the transaction that begins here was handed over.
  var isWithinTransaction: Bool { !rows.isEmpty || statements > 0 }

  /// Nothing of the next transaction was handed over.
  mutating func clearTransaction() {
    guard isWithinTransaction || open != nil else { return }
    open = nil
    rows = [:]
    statements = 0
  }

  private static let prefix = "mysql:"

  /// Whether all that is before `position` is before `self`, too. Positions of other servers cannot be ordered without GTIDs.
  func hasReached(_ position: MySQLPosition) throws -> Bool {
    if let own = gtids, let other = position.gtids {
      guard let answer = own.hasReached(other) else {
        throw SluiceError(.sourceLogForeign, "one position is of MySQL, the other of MariaDB", at: .init(position: position.position.text))
      }
      return answer
    }
    let own = LogFileName(file)
    let other = LogFileName(position.file)
    guard own.base == other.base else {
      throw SluiceError(
        .sourceLogForeign, "the log files \(file) and \(position.file) are of different logs", at: .init(position: position.position.text))
    }
    return (own.number, offset) >= (other.number, position.offset)
  }

  private static func escaped(_ name: String) -> String {
    var text = ""
    for byte in name.utf8 {
      let isPlain =
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x30 && byte <= 0x39 || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
      if isPlain { text.unicodeScalars.append(Unicode.Scalar(byte)) } else { text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16) }
    }
    return text
  }

  private static func unescaped(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
      bytes.append(decoded)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func rowCount(_ item: Substring) -> (TableID, Int)? {
    let parts = item.split(separator: "*")
    let names = parts.first?.split(separator: ".") ?? []
    guard parts.count == 2, names.count == 2, let count = Int(parts[1]), count > 0 else { return nil }
    guard let database = unescaped(names[0]), let name = unescaped(names[1]) else { return nil }
    return (TableID(database: database, name: name), count)
  }
}

/// The name of a log file, `binlog.000012`, in its parts: files of one log follow one another by number.
struct LogFileName: Hashable, Sendable {
  let base: Substring
  let number: UInt64

  init(_ name: String) {
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    base = name[..<dot]
    number = dot == name.endIndex ? 0 : UInt64(name[name.index(after: dot)...]) ?? 0
  }
}
