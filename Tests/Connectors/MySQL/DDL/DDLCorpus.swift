import Foundation
import TestKit

@testable import SluiceConnectors

/// A statement of `Tests/Vectors/mysql-ddl`, and under what it is read.
///
/// In the files `== …` is a heading, `[mariadb ansi]` before a statement says for what it is, and `-> …` behind it what it means. A
/// statement without product is for both.
struct DDLCase: Sendable, CustomStringConvertible {
  let heading: String
  let tags: Set<String>
  let sql: String
  let outcome: String

  var description: String { sql }

  func isFor(_ product: DatabaseServer.Product) -> Bool {
    !tags.contains("mariadb") && !tags.contains("mysql") && !tags.contains("oracle") || tags.contains(product.rawValue)
      || tags.contains("oracle") && product == .mariadb
  }

  var products: [DatabaseServer.Product] { DatabaseServer.Product.allCases.filter(isFor) }

  func context(_ product: DatabaseServer.Product) -> MySQLStatementContext {
    var dialect = MySQLDialect(server: MySQLServer(version: product == .mariadb ? "10.11.19-MariaDB" : "9.7.4"))
    dialect.hasANSIQuotes = tags.contains("ansi")
    dialect.hasNoBackslashEscapes = tags.contains("nobackslash")
    dialect.hasRealAsFloat = tags.contains("realfloat")
    dialect.isOracle = tags.contains("oracle")
    dialect.lowersNames = tags.contains("lower")
    return MySQLStatementContext(database: "d", dialect: dialect)
  }

  static let statements = load("statements.txt")
  /// Run against real servers.
  static let creations = load("creations.txt")
  static let alterations = load("alterations.txt")

  private static func load(_ file: String) -> [DDLCase] {
    let path = "\(Checkout.root)/Tests/Vectors/mysql-ddl/\(file)"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    var cases: [DDLCase] = []
    var heading = ""
    for block in text.components(separatedBy: "\n\n") {
      var lines = block.split(separator: "\n").map(String.init)
      if let first = lines.first, first.hasPrefix("== ") {
        heading = String(first.dropFirst(3))
        lines.removeFirst()
      }
      guard !lines.isEmpty else { continue }
      let split = lines.firstIndex { $0.hasPrefix("-> ") } ?? lines.count
      var sql = lines[..<split].joined(separator: "\n")
      var tags: Set<String> = []
      if sql.hasPrefix("["), let end = sql.firstIndex(of: "]") {
        tags = Set(sql[..<end].dropFirst().split(separator: " ").map(String.init))
        sql = String(sql[end...].dropFirst(2))
      }
      let outcome = lines[split...].map { $0.dropFirst(3) }.joined(separator: "\n")
      cases.append(DDLCase(heading: heading, tags: tags, sql: sql, outcome: outcome))
    }
    return cases
  }
}
