internal import SluiceCore

/// Connections whose session settings make every server answer alike: UTC, UTF-8, no SQL mode, no time limits, read only.
enum MySQLSession {
  static func open(_ options: MySQLOptions) throws -> MySQLConnection {
    let connection = try MySQLConnection(options)
    for statement in statements(for: connection.server) { try connection.execute(statement) }
    return connection
  }

  static func statements(for server: MySQLServer) -> [String] {
    var settings = [
      "time_zone = '+00:00'", "sql_mode = ''", "autocommit = 1", "sql_auto_is_null = 0", "sql_big_selects = 1",
      "sql_select_limit = 18446744073709551615", "net_write_timeout = 86400", "net_read_timeout = 86400", "wait_timeout = 86400",
    ]
    if server.isMariaDB {
      settings.append("max_statement_time = 0")
      // Otherwise a long IN list becomes a join with a temporary table, which neither follows the index nor describes the columns alike.
      if server.isAtLeast(10, 5) { settings.append("in_predicate_conversion_threshold = 0") }
    } else {
      settings.append("max_execution_time = 0")
      // The server keeps its table statistics for a day unless told otherwise.
      if server.isAtLeast(8) { settings.append("information_schema_stats_expiry = 0") }
    }
    return [
      "SET NAMES utf8mb4", "SET SESSION " + settings.joined(separator: ", "), "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
      "SET SESSION TRANSACTION READ ONLY",
    ]
  }
}
