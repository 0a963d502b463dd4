import TestKit
import Testing

@testable import SluiceConnectors

/// Statements cut short and damaged: any answer will do, but there must be one.
@Suite struct FuzzTests {
  private static let pieces = ["(", ")", "'", "`", ",", "/*!", "*/", "99999999999", " DEFAULT ", "4294967295"].map { Array($0.utf8) }
  private static let all = (DDLCase.statements + DDLCase.creations + DDLCase.alterations).filter { !$0.sql.isEmpty }

  @Test func `every beginning of every statement has an answer`() {
    var count = 0
    for statement in Self.all {
      let scalars = statement.sql.unicodeScalars
      for length in 0..<scalars.count {
        let beginning = String(String.UnicodeScalarView(scalars.prefix(length)))
        for product in statement.products {
          _ = MySQLStatement.read(beginning, statement.context(product))
          count += 1
        }
      }
    }
    #expect(count > 30_000)
  }

  @Test func `damaged statements have an answer, and so do the tables that they are applied to`() throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    let table = try TrackedTables.plain()
    var applied = 0
    for statement in Self.all {
      for _ in 0..<20 {
        var bytes = Array(statement.sql.replacing("{t}", with: "t").utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let place = Int.random(in: bytes.indices, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: place)
          case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &random)))
          default: bytes += bytes[place...]
          }
          if bytes.isEmpty { bytes = [32] }
        }
        for product in statement.products {
          let context = statement.context(product)
          guard case .tables(let statements) = MySQLStatement.read(String(decoding: bytes, as: UTF8.self), context) else { continue }
          for statement in statements {
            applied += 1
            _ = try? table.applying(statement, dialect: context.dialect)
            if case .create(let creation) = statement {
              _ = try? MySQLTable.created(
                by: creation, charset: table.charset, like: table, dialect: context.dialect, options: table.options)
            }
          }
        }
      }
    }
    #expect(applied > 1_000, "seed \(SeededRandom.processSeed)")
  }

  /// Work that grew with the square of the length would take hours here.
  @Test(.timeLimit(.minutes(5))) func `a long statement takes time in proportion to its length`() {
    let context = DDLCase(heading: "", tags: [], sql: "", outcome: "").context(.mysql)
    let list = (0..<40_000).map { "c\($0) ENUM('a','b') DEFAULT 'a' COMMENT 'x'" }.joined(separator: ", ")
    guard case .tables(let tables) = MySQLStatement.read("CREATE TABLE t (\(list))", context), case .create(let creation)? = tables.first else {
      Issue.record("not understood")
      return
    }
    #expect(creation.columns.count == 40_000)
    for text in [
      String(repeating: "(", count: 200_000), String(repeating: "/*", count: 100_000), String(repeating: "SET STATEMENT a=1 FOR ", count: 20_000),
    ] {
      for beginning in ["CREATE TABLE t ", "ALTER TABLE t ADD a INT DEFAULT ", ""] { _ = MySQLStatement.read(beginning + text, context) }
    }
  }
}
