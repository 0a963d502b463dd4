/// The transactions that were read, in the identifiers of either product.
enum ReadGTIDs: Hashable, Sendable, CustomStringConvertible {
  case mysql(MySQLGTIDSet)
  case mariadb(MariaDBGTIDs)

  /// None yet.
  static func none(isMariaDB: Bool) -> ReadGTIDs { isMariaDB ? .mariadb(MariaDBGTIDs()) : .mysql(MySQLGTIDSet()) }

  /// Reads either spelling, and the one of `description`; `nil` when it is none. No text at all is an empty set.
  init?(_ text: String, isMariaDB: Bool? = nil) {
    if text == Self.mysqlNone || text == Self.mariadbNone {
      self = .none(isMariaDB: text == Self.mariadbNone)
    } else if isMariaDB != true, let set = MySQLGTIDSet(text) {
      self = .mysql(set)
    } else if isMariaDB != false, let gtids = MariaDBGTIDs(text) {
      self = .mariadb(gtids)
    } else {
      return nil
    }
  }

  var isMariaDB: Bool { if case .mariadb = self { true } else { false } }

  var isEmpty: Bool {
    switch self {
    case .mysql(let set): set.isEmpty
    case .mariadb(let gtids): gtids.isEmpty
    }
  }

  /// Whether all that `other` names was read; `nil` for identifiers of the other product.
  func hasReached(_ other: ReadGTIDs) -> Bool? {
    switch (self, other) {
    case (.mysql(let own), .mysql(let other)): own.isSuperset(of: other)
    case (.mariadb(let own), .mariadb(let other)): own.hasReached(other)
    default: nil
    }
  }

  /// As the server spells them. An empty set has a text, too: it says that the server counts transactions.
  var description: String {
    switch self {
    case .mysql(let set): set.isEmpty ? Self.mysqlNone : set.description
    case .mariadb(let gtids): gtids.isEmpty ? Self.mariadbNone : gtids.description
    }
  }

  /// For statements.
  var sqlText: String { isEmpty ? "" : description }

  private static let mysqlNone = "none"
  private static let mariadbNone = "none-yet"
}
