import Foundation
import SluiceCore
import SluiceTransforms
import TestKit

/// A case of a file in `Tests/Vectors/expressions`: an expression over a row, and its value or what is wrong.
///
/// A line `with a INT = 1 | s STRING = NULL` gives the row of the cases below it. Then come cases, with a blank line after each: the expression, in one or
/// more lines, and `-> type: value` (the value as `CAST(… AS STRING)` shows it, binary in hexadecimal digits), `!! reason` for a row that fails, or
/// `!! line:column text` for an expression that is refused with such a text. Lines that begin with `#` are headings.
struct ExpressionCase: Sendable {
  enum Expected: Sendable, Equatable {
    case value(type: String, String?)
    case failure(String)
    case issue(place: String, text: String)
  }

  let file: String
  let line: Int
  let row: [Cell]
  let expression: String
  let expected: Expected

  struct Cell: Sendable {
    let name: String
    let type: String
    let value: String
  }

  var title: String { "\(file):\(line) \(expression)" }

  static func all(in file: String) throws -> [ExpressionCase] {
    let path = "\(Checkout.root)/Tests/Vectors/expressions/\(file)"
    var cases: [ExpressionCase] = []
    var row: [Cell] = []
    var pending: [String] = []
    for (index, line) in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let text = String(line)
      if text.hasPrefix("#") || text.isEmpty { continue }
      if text.hasPrefix("with ") {
        row = try cells(String(text.dropFirst(5)), "\(file):\(index + 1)")
      } else if let expected = expectation(text) {
        guard !pending.isEmpty else { throw TestFailure("\(file):\(index + 1) has no expression") }
        cases.append(ExpressionCase(file: file, line: index + 1, row: row, expression: pending.joined(separator: "\n"), expected: expected))
        pending = []
      } else {
        pending.append(text)
      }
    }
    guard pending.isEmpty else { throw TestFailure("\(file) ends in the middle of a case") }
    return cases
  }

  private static func cells(_ text: String, _ place: String) throws -> [Cell] {
    try text.split(separator: " | ").map { cell in
      let sides = cell.split(separator: " = ", maxSplits: 1)
      let head = sides[0].split(separator: " ", maxSplits: 1)
      guard sides.count == 2, head.count == 2 else { throw TestFailure("\(place): \(cell) is no cell") }
      return Cell(name: String(head[0]), type: String(head[1]), value: String(sides[1]))
    }
  }

  private static func expectation(_ line: String) -> Expected? {
    if line.hasPrefix("-> ") {
      let parts = line.dropFirst(3).split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? unescaped(String(parts[1])) : ""
      return .value(type: String(parts[0]), value == "NULL" ? nil : value == "'NULL'" ? "NULL" : value)
    }
    guard line.hasPrefix("!! ") else { return nil }
    let rest = line.dropFirst(3)
    guard rest.first?.isNumber == true else { return .failure(String(rest)) }
    let parts = rest.split(separator: " ", maxSplits: 1)
    return .issue(place: String(parts[0]), text: parts.count > 1 ? String(parts[1]) : "")
  }

  private static func unescaped(_ text: String) -> String {
    text.replacing("\\n", with: "\n").replacing("\\t", with: "\t")
  }
}
