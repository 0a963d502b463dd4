import TestKit
import Testing

@testable import SluiceConnectors

/// Statements cut short and damaged: any answer will do, but there must be one.
@Suite struct FuzzTests {
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
          case 1:
            bytes.insert(
              contentsOf: Array(["(", ")", "'", "`", ",", "/*!", "*/", "99999999999", " DEFAULT "].randomElement(using: &random) ?? "").map {
                $0.asciiValue ?? 32
              }.filter { _ in true }, at: place)
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

  @Test func `a long statement takes time in proportion to its length`() {
    let context = DDLCase(heading: "", tags: [], sql: "", outcome: "").context(.mysql)
    func seconds(_ columns: Int) -> Duration {
      let list = (0..<columns).map { "c\($0) ENUM('a','b') DEFAULT 'a' COMMENT 'x'" }.joined(separator: ", ")
      return ContinuousClock().measure { _ = MySQLStatement.read("CREATE TABLE t (\(list))", context) }
    }
    let (short, long) = (seconds(1_000), seconds(16_000))
    #expect(long < short * 16 * 8, "\(short) and \(long)")
    for text in [
      String(repeating: "(", count: 200_000), String(repeating: "/*", count: 100_000), String(repeating: "SET STATEMENT a=1 FOR ", count: 20_000),
    ] {
      for beginning in ["CREATE TABLE t ", "ALTER TABLE t ADD a INT DEFAULT ", ""] { _ = MySQLStatement.read(beginning + text, context) }
    }
  }
}
