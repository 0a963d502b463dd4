internal import CMariaDB
internal import SluiceCore

/// The rows of one statement as they come in over the wire. Letting go of it reads the rest away.
final class MySQLResult {
  let fieldCount: Int
  let fields: [MySQLField]
  /// For `RowDecoder`, which walks the rows itself; valid as long as this object.
  let handle: UnsafeMutablePointer<MYSQL_RES>
  private let connection: MySQLConnection
  private let table: TableID?

  init(_ handle: UnsafeMutablePointer<MYSQL_RES>, of connection: MySQLConnection, table: TableID?) {
    self.handle = handle
    self.connection = connection
    self.table = table
    fieldCount = Int(mysql_num_fields(handle))
    let array = mysql_fetch_fields(handle)
    fields = (0..<fieldCount).compactMap { index in array.map { MySQLField($0[index]) } }
  }

  deinit {
    mysql_free_result(handle)
  }

  /// The next row, valid until the next call; `nil` at the end.
  func next() throws -> MySQLRow? {
    guard let values = mysql_fetch_row(handle), let lengths = mysql_fetch_lengths(handle) else {
      try checkEnd()
      return nil
    }
    return MySQLRow(values: values, lengths: lengths)
  }

  /// Throws when the rows did not end but broke off.
  func checkEnd() throws {
    if connection.hasFailed { throw connection.error(table) }
  }
}

/// A row in the client library's memory.
struct MySQLRow {
  let values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  let lengths: UnsafeMutablePointer<UInt>

  /// The bytes of a value; `nil` for a null.
  func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
    guard let start = values[index] else { return nil }
    let base = UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
    return UnsafeBufferPointer(start: base, count: Int(lengths[index]))
  }

  func text(_ index: Int) -> String? {
    bytes(index).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// What a result says about a column. Equal for two results of one statement unless the table was changed between.
struct MySQLField: Equatable {
  let name: String
  let type: UInt32
  let flags: UInt32
  let length: UInt
  let decimals: UInt32
  let charset: UInt32

  init(_ field: MYSQL_FIELD) {
    name = field.name.map { String(cString: $0) } ?? ""
    type = UInt32(field.type.rawValue)
    flags = field.flags
    length = field.length
    decimals = field.decimals
    charset = field.charsetnr
  }
}
