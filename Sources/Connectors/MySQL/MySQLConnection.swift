internal import CMariaDB
internal import Glibc
internal import SluiceCore

/// One connection to a server. Confined to one thread; closes with its last owner.
final class MySQLConnection {
  let options: MySQLOptions
  let server: MySQLServer
  /// For the log, whose packets are read one by one.
  let handle: UnsafeMutablePointer<MYSQL>

  /// Connects and logs in. The session is as the server makes it: see `MySQLSession`.
  init(_ options: MySQLOptions) throws {
    self.options = options
    _ = Self.library
    guard let handle = mysql_init(nil) else { throw SluiceError(.defect, "the MySQL client library gave no handle") }
    Self.configure(handle, options)
    let isConnected =
      mysql_real_connect(
        handle, options.socket == nil ? options.host : nil, options.user, options.password?.reveal() ?? "", nil, UInt32(options.port),
        options.socket, 0) != nil
    guard isConnected else {
      let failure = Self.failure(of: handle)
      mysql_close(handle)
      throw MySQLFailures.connectError(failure, options: options)
    }
    if options.tls.mode == .required || options.tls.mode == .verifyFull, mysql_get_ssl_cipher(handle) == nil {
      mysql_close(handle)
      throw SluiceError(
        .sourceUnreachable, "the connection to \(options.address) is not encrypted",
        remedy: "Switch TLS on at the server, or set `source.tls.mode` to `disabled` on a network you trust.")
    }
    self.handle = handle
    server = MySQLServer(version: mysql_get_server_info(handle).map { String(cString: $0) } ?? "")
  }

  deinit {
    mysql_close(handle)
  }

  /// The cipher in use; `nil` without encryption.
  var cipher: String? { mysql_get_ssl_cipher(handle).map { String(cString: $0) } }

  /// Runs a statement and leaves out what it answers.
  func execute(_ sql: String, table: TableID? = nil) throws {
    try send(sql, table)
    if let result = mysql_store_result(handle) {
      mysql_free_result(result)
    } else if mysql_errno(handle) != 0 {
      throw error(table)
    }
  }

  /// All rows of a small answer, as text.
  func query(_ sql: String, table: TableID? = nil) throws -> [[String?]] {
    let result = try stream(sql, table: table)
    var rows: [[String?]] = []
    while let row = try result.next() {
      rows.append((0..<result.fieldCount).map { row.text($0) })
    }
    return rows
  }

  /// The rows of an answer as they come in. One at a time: the last result must be read to its end or let go first.
  func stream(_ sql: String, table: TableID? = nil) throws -> MySQLResult {
    try send(sql, table)
    guard let result = mysql_use_result(handle) else { throw error(table) }
    return MySQLResult(result, of: self, table: table)
  }

  /// Cuts the line, so that letting go of a long result does not read it to its end. Nothing but closing works afterwards.
  func abandon() {
    shutdown(Int32(truncatingIfNeeded: mysql_get_socket(handle)), Int32(SHUT_RDWR))
  }

  func error(_ table: TableID? = nil) -> SluiceError {
    MySQLFailures.error(
      Self.failure(of: handle), doing: table == nil ? "querying \(options.address)" : "reading", options: options, table: table)
  }

  var hasFailed: Bool { mysql_errno(handle) != 0 }

  private func send(_ sql: String, _ table: TableID?) throws {
    var sql = sql
    let code = sql.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { mysql_real_query(handle, $0.baseAddress, UInt($0.count)) }
    }
    if code != 0 { throw error(table) }
  }

  static func failure(of handle: UnsafeMutablePointer<MYSQL>) -> MySQLServerError {
    MySQLServerError(
      code: mysql_errno(handle), state: mysql_sqlstate(handle).map { String(cString: $0) } ?? "",
      message: mysql_error(handle).map { String(cString: $0) } ?? "")
  }

  /// The library's first initialisation is not safe to run twice at once.
  private static let library: Int32 = mysql_server_init(0, nil, nil)

  private static func configure(_ handle: UnsafeMutablePointer<MYSQL>, _ options: MySQLOptions) {
    var connectTimeout = UInt32(max(1, options.connectTimeout.rounded(.up)))
    var readTimeout = UInt32(max(1, options.readTimeout.rounded(.up)))
    mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connectTimeout)
    mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &readTimeout)
    mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &readTimeout)
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
    // An unset option lets the server ask this client for local files.
    var localFiles: UInt32 = 0
    mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &localFiles)
    let tls = options.tls
    guard tls.mode != .disabled else { return }
    mysql_ssl_set(handle, tls.key, tls.cert, tls.mode == .verifyFull ? tls.ca : nil, nil, nil)
    var isSet: my_bool = 1
    if tls.mode != .preferred { mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &isSet) }
    if tls.mode == .verifyFull { mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &isSet) }
  }
}
