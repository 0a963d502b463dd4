public import SluiceCore

extension DatabaseServer {
  /// How the foreign reader logs in: an account with all rights.
  public var dsn: SpecValue {
    ["host": "127.0.0.1", "port": .integer(port), "user": "app", "password": "apppass"]
  }
}

extension DatabaseServer.Product: CustomStringConvertible {
  public var description: String {
    switch self {
    case .mariadb: "MariaDB"
    case .mysql: "MySQL"
    }
  }
}
