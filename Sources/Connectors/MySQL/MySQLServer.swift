/// What kind of server answers, by its version text: `9.7.4`, `10.11.19-MariaDB-0+deb12u1-log`.
struct MySQLServer: Hashable, Sendable {
  let version: String
  let isMariaDB: Bool
  /// Major, minor and patch.
  let numbers: [Int]

  init(version: String) {
    // Some proxies and old MariaDB servers put this before their version, for replicas of MySQL 5.
    let text = version.hasPrefix("5.5.5-") ? String(version.dropFirst(6)) : version
    self.version = text
    isMariaDB = text.lowercased().contains("mariadb")
    numbers = text.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
  }

  func isAtLeast(_ major: Int, _ minor: Int = 0) -> Bool {
    !numbers.lexicographicallyPrecedes([major, minor])
  }

  var product: String { (isMariaDB ? "MariaDB " : "MySQL ") + numbers.map(String.init).joined(separator: ".") }
}
