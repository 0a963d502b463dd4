/// What decides how a statement reads: the server, and the settings under which it ran.
struct MySQLDialect: Hashable, Sendable {
  let server: MySQLServer
  /// `"` quotes an identifier instead of a text.
  var hasANSIQuotes = false
  /// `\` is a character like any other.
  var hasNoBackslashEscapes = false
  /// REAL is FLOAT.
  var hasRealAsFloat = false
  /// MariaDB's ORACLE mode: VARCHAR2, NUMBER and their like are types.
  var isOracle = false
  /// Whether a TIMESTAMP without NULL may be null; `nil` for the server's default.
  var explicitTimestampDefaults: Bool?
  /// Collations that the session gives character sets instead of their own (`default_collation_for_utf8mb4`, `character_set_collations`).
  var defaultCollations: [String: String] = [:]
  /// Names of tables and databases are kept in lower case (`lower_case_table_names = 1`).
  var lowersNames = false

  init(server: MySQLServer) {
    self.server = server
  }

  /// `sqlMode` is the bit set of the log's status variable, which both products number alike as far as it counts here.
  init(server: MySQLServer, sqlMode: UInt64) {
    self.init(server: server)
    hasRealAsFloat = sqlMode & 1 != 0
    hasANSIQuotes = sqlMode & 4 != 0
    isOracle = server.isMariaDB && sqlMode & 0x200 != 0
    hasNoBackslashEscapes = sqlMode & 0x10_0000 != 0
  }

  /// Whether the content of `/*!NNNNN … */` counts; zero stands for no number.
  func runsComment(version: Int, isMariaDBOnly: Bool) -> Bool {
    if isMariaDBOnly && !server.isMariaDB { return false }
    // MariaDB leaves out what MySQL 5.7 and later has for itself.
    if server.isMariaDB && !isMariaDBOnly && (50_700...99_999).contains(version) { return false }
    return versionNumber >= version
  }

  private var versionNumber: Int {
    let numbers = server.numbers + [0, 0, 0]
    return numbers[0] * 10_000 + numbers[1] * 100 + numbers[2]
  }

  /// Whether a TIMESTAMP without NULL may be null, as the server has it when nothing else is said.
  var hasExplicitTimestampDefaults: Bool {
    explicitTimestampDefaults ?? (server.isMariaDB ? isAtLeast(10, 10) : isAtLeast(8, 0, 2))
  }

  func isAtLeast(_ numbers: Int...) -> Bool {
    !server.numbers.lexicographicallyPrecedes(numbers)
  }
}
