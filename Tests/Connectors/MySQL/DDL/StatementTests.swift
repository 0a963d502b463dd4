import TestKit
import Testing

@testable import SluiceConnectors

@Suite struct StatementTests {
  @Test(arguments: DDLCase.statements)
  func `a statement means what the corpus says`(_ statement: DDLCase) {
    for product in statement.products {
      #expect(StatementOutcome.text(MySQLStatement.read(statement.sql, statement.context(product))) == statement.outcome)
    }
  }

  @Test func `the corpus is whole`() {
    #expect(DDLCase.statements.count >= 270 && DDLCase.creations.count >= 60 && DDLCase.alterations.count >= 100)
  }
}
