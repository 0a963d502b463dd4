public import SluiceCore

/// An expression of the small SQL dialect that `docs/reference/expressions.md` describes. A value without state; any number of threads may use it.
public struct Expression: Sendable {
  /// As it was written.
  public let text: String
  /// The names of the columns that it reads, as they are written, in the order of their first use.
  public let columns: [String]
  private let syntax: Syntax

  /// Throws `specInvalid` with line and column, what was found and what is allowed.
  public init(parsing text: String) throws {
    self.text = text
    do throws(ExpressionIssue) {
      syntax = try Parser.parse(text)
    } catch {
      throw error.error
    }
    var columns: [String] = []
    syntax.forEachColumn { if !columns.contains($0) { columns.append($0) } }
    self.columns = columns
  }

  /// The expression over rows of these columns, in this order. A column is found by its name, in any case where that is unambiguous.
  ///
  /// Throws `specInvalid` with line and column: an unknown column or function, a value of a type that does not fit.
  public func bound(to columns: [ColumnDefinition]) throws -> BoundExpression {
    do throws(ExpressionIssue) {
      return BoundExpression(try Binder(columns: columns).bind(syntax))
    } catch {
      throw error.error
    }
  }

  /// The same as a condition: throws when the value is no boolean.
  public func condition(over columns: [ColumnDefinition]) throws -> BoundExpression {
    do throws(ExpressionIssue) {
      return BoundExpression(try Binder(columns: columns).condition(syntax, "a filter"))
    } catch {
      throw error.error
    }
  }
}
