import Foundation
import SluiceCore
import SluiceTransforms
import TestKit
import Testing

/// The cases of `Tests/Vectors/expressions`.
@Suite struct ExpressionVectorTests {
  static let files: [String] = {
    let folder = "\(Checkout.root)/Tests/Vectors/expressions"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".txt") && $0 != "mariadb.txt" }.sorted()
  }()

  @Test func `There are more than three hundred cases`() throws {
    let count = try Self.files.reduce(0) { try $0 + ExpressionCase.all(in: $1).count }
    #expect(count >= 300, "\(count) cases in \(Self.files)")
  }

  @Test(arguments: files)
  func `Every expression of a file gives its value, failure or error`(file: String) throws {
    for item in try ExpressionCase.all(in: file) { try check(item) }
  }

  private func check(_ item: ExpressionCase) throws {
    let row = try ExpressionRow(item.row)
    let bound: BoundExpression
    do {
      bound = try Expression(parsing: item.expression).bound(to: row.columns)
    } catch let error as SluiceError {
      guard case .issue(let place, let text) = item.expected else {
        Issue.record("\(item.title): \(error)")
        return
      }
      let parts = place.split(separator: ":")
      #expect(error.kind == .specInvalid)
      #expect(error.place.position == "line \(parts[0]), column \(parts[1])", "\(item.title): \(error)")
      #expect(error.message.contains(text), "\(item.title): \(error)")
      return
    }
    switch item.expected {
    case .issue: Issue.record("\(item.title): it was not refused")
    case .failure(let reason):
      // Alone, and among rows of NULLs, which must not fail because of it.
      for (batch, position) in [(row.batch, 0), (row.amongNulls(position: 6), 6)] {
        let evaluation = bound.evaluate(batch)
        let failure = evaluation.failures.first { $0.row == position }
        #expect(failure?.reason.rawValue == reason, "\(item.title): \(evaluation.failures)")
        #expect(evaluation.column.isNull(position), "\(item.title): a row that failed has a value")
        if !(try Expression(parsing: item.expression).columns.isEmpty) {
          #expect(evaluation.failures.count == 1, "\(item.title): \(evaluation.failures)")
        }
      }
    case .value(let type, let value):
      #expect("\(bound.type)" == type, "\(item.title)")
      for (batch, position) in [(row.batch, 0), (row.amongNulls(position: 6), 6), (row.amongNulls(position: 13), 13)] {
        let (texts, evaluation) = try Expression.texts(of: item.expression, over: row.columns, batch)
        #expect(texts.count == batch.rowCount)
        #expect(texts[position] == value, "\(item.title)")
        #expect(evaluation.failures.allSatisfy { $0.row != position }, "\(item.title): \(evaluation.failures)")
        if value == nil { #expect(bound.isNullable, "\(item.title): it is NULL, but said never to be") }
      }
    }
  }
}
