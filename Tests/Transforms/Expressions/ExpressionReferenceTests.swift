import SluiceCore
import TestKit
import Testing

@testable import SluiceTransforms

/// What the reference page promises.
@Suite struct ExpressionReferenceTests {
  @Test func `Every function's examples give what they say`() throws {
    for function in FunctionRegistry.all {
      #expect(!function.examples.isEmpty, "\(function.name) has no example")
      for example in function.examples {
        do {
          let (texts, evaluation) = try Expression.texts(of: example.expression, over: [], Batch(columns: [], rowCount: 1))
          #expect(texts == [example.value], "\(example.expression) \(evaluation.failures)")
        } catch {
          Issue.record("\(example.expression): \(error)")
        }
      }
    }
  }

  @Test func `There are at least eighty functions, each with a name of its own`() {
    #expect(FunctionRegistry.all.count >= 80)
    let names = FunctionRegistry.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count, "\(Dictionary(grouping: names, by: { $0 }).filter { $1.count > 1 }.keys)")
  }

  @Test func `Every function refuses what it cannot take instead of trapping`() throws {
    let literals = [
      "NULL", "1", "-9223372036854775808", "1.5", "1e300", "CAST('-inf' AS DOUBLE)", "CAST('nan' AS DOUBLE)", "''", "'é'", "X'00'", "TRUE",
      "DATE '9999-12-31'", "TIME '23:59:59'",
      "TIMESTAMP '0001-01-01 00:00:00'",
    ]
    for function in FunctionRegistry.all {
      for count in 0..<5 {
        for first in literals {
          for other in literals {
            let arguments = (0..<count).map { $0 == 0 ? first : other }.joined(separator: ", ")
            guard let bound = try? Expression(parsing: "\(function.name)(\(arguments))").bound(to: []) else { continue }
            let evaluation = bound.evaluate(Batch(columns: [], rowCount: 3))
            #expect(evaluation.column.count == 3)
          }
        }
      }
    }
  }
}
