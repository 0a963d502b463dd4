internal import SluiceCore

/// The checked options of a MySQL or MariaDB source.
struct MySQLOptions: Sendable {
  let host: String
  let port: Int
  let user: String
  let password: Secret?
  let socket: String?
  let tls: MySQLTLS
  /// Seconds.
  let connectTimeout: Double
  /// Seconds without a byte from the server after which the connection counts as lost.
  var readTimeout: Double
  /// Whether zero and partial dates become null instead of dirty rows.
  let zeroDatesAreNull: Bool
  /// Whether `tinyint(1)` becomes boolean.
  let tinyint1IsBoolean: Bool
  /// The size that a page of a snapshot is aimed at.
  let pageBytes: Int
  /// The number that the server knows this job by among its replicas; `nil` for a random one.
  let serverID: Int?

  init(_ values: OptionValues) throws {
    host = values.string("host") ?? "127.0.0.1"
    port = values.integer("port") ?? 3306
    user = values.string("user") ?? ""
    password = values.secret("password")
    socket = values.string("socket")
    tls = try MySQLTLS(values.object("tls") ?? OptionValues(), isLocal: socket != nil || Self.loopback.contains(host))
    connectTimeout = values.number("connectTimeout") ?? 10
    readTimeout = values.number("readTimeout") ?? 300
    zeroDatesAreNull = values.string("zeroDates") == "null"
    tinyint1IsBoolean = values.string("tinyint1") == "boolean"
    pageBytes = values.integer("pageBytes") ?? 8 << 20
    serverID = values.integer("serverId")
  }

  /// Where the server is, for messages.
  var address: String { socket ?? "\(host):\(port)" }

  private static let loopback: Set<String> = ["127.0.0.1", "::1", "localhost"]

  static let definitions: [OptionDefinition] = [
    OptionDefinition("host", .string, default: .string("127.0.0.1"), help: "Name or address of the server."),
    OptionDefinition("port", .integer(1...65_535), default: .integer(3306), help: "TCP port of the server."),
    OptionDefinition("user", .string, required: true, help: "Account to log in with. It needs SELECT on the tables."),
    OptionDefinition("password", .secret, help: "Password of the account."),
    OptionDefinition("socket", .string, help: "Path of the server's unix socket; used instead of host and port."),
    OptionDefinition("tls", .object(MySQLTLS.definitions), help: "Encryption of the connection."),
    OptionDefinition("connectTimeout", .duration, default: .string("10s"), help: "How long a connection may take to come about."),
    OptionDefinition(
      "readTimeout", .duration, default: .string("5m"), help: "How long the server may be silent before the connection counts as lost."),
    OptionDefinition(
      "zeroDates", .choice(["dirty", "null"]), default: .string("dirty"),
      help: "What becomes of dates such as 0000-00-00: a dirty row, or null."),
    OptionDefinition(
      "tinyint1", .choice(["integer", "boolean"]), default: .string("integer"), help: "What tinyint(1) becomes: an 8-bit integer, or boolean."),
    OptionDefinition(
      "pageBytes", .byteSize, default: .string("8MiB"), help: "About how many bytes one SELECT of a snapshot reads."),
    OptionDefinition(
      "serverId", .integer(1...4_294_967_295),
      help: "Number by which the server knows the job among its replicas: each of them needs its own. A free one by default."),
  ]
}
