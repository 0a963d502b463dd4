import SluiceCore
import SluiceTransforms
import Testing

/// What holds for whole batches.
@Suite struct ExpressionEvaluationTests {
  private static let columns = [
    ColumnDefinition(name: "a", type: .int64, nativeType: "bigint", isNullable: true),
    ColumnDefinition(name: "b", type: .int64, nativeType: "bigint", isNullable: true),
    ColumnDefinition(name: "s", type: .string, nativeType: "text", isNullable: true),
  ]

  /// Rows of `a`, `b` and `s`.
  private static func batch(_ rows: [(Int64?, Int64?, String?)]) -> Batch {
    var builder = BatchBuilder(types: columns.map(\.type))
    for (a, b, s) in rows {
      if let a { builder.columns[0].append(a) } else { builder.columns[0].appendNull() }
      if let b { builder.columns[1].append(b) } else { builder.columns[1].appendNull() }
      if let s { builder.columns[2].append(text: s) } else { builder.columns[2].appendNull() }
      builder.finishRow()
    }
    return builder.finish()
  }

  private static let rows = batch([(6, 2, "1"), (1, 0, "x"), (nil, 0, nil), (7, nil, "2"), (9, 3, ""), (5, 0, "3")])

  @Test func `A part that may fail is evaluated only for rows that need it`() throws {
    for (text, expected) in [
      ("b <> 0 AND a / b >= 3", [0, 4]), ("b = 0 OR a / b >= 3", [0, 1, 2, 4, 5]), ("CASE WHEN b = 0 THEN FALSE ELSE a / b = 3 END", [0, 4]),
      ("if(b = 0, 0, a DIV b) = 3", [0, 4]), ("coalesce(nullif(b, 0), a) > 2 AND s <> 'x'", [3, 4, 5]),
      ("CASE b WHEN 0 THEN 1 ELSE a DIV b END = 1", [1, 2, 5]),
      ("coalesce(CASE WHEN b > 0 THEN b END, 100 DIV (b + 1)) = 100", [1, 2, 5]),
    ] {
      let selection = try Expression(parsing: text).bound(to: Self.columns).select(Self.rows)
      #expect(selection.failures.isEmpty, "\(text): \(selection.failures)")
      #expect(selection.rows == expected.map { Int32($0) }, "\(text)")
    }
  }

  @Test func `Failures name each row once, in order, with the operation and its place`() throws {
    let evaluation = try Expression(parsing: "a / b + CAST(s AS BIGINT)").bound(to: Self.columns).evaluate(Self.rows)
    #expect(evaluation.failures.map(\.row) == [1, 4, 5])
    #expect(evaluation.failures.map(\.reason) == [.divisionByZero, .invalidText, .divisionByZero])
    #expect(evaluation.failures.map(\.operation) == ["/", "CAST", "/"])
    #expect(evaluation.failures[0].place == TextPlace(line: 1, column: 3))
    #expect(evaluation.failures[1].place == TextPlace(line: 1, column: 9))
    #expect((0..<6).map { evaluation.column.isNull($0) } == [false, true, true, true, true, true])
  }

  @Test func `Failures in a narrowed part carry the batch's row`() throws {
    let evaluation = try Expression(parsing: "CASE WHEN a > 4 THEN CASE WHEN s <> '1' THEN a DIV b ELSE 0 END ELSE -1 END").bound(to: Self.columns)
      .evaluate(Self.rows)
    #expect(evaluation.failures.map(\.row) == [5])
    #expect(!evaluation.column.isNull(4) && evaluation.column.fixed(as: Int64.self)[4] == 3)
  }

  @Test func `try and TRY_CAST give NULL and no failure, but do not hide their argument's`() throws {
    #expect(try Expression(parsing: "try(a / b)").bound(to: Self.columns).evaluate(Self.rows).failures.isEmpty)
    let cast = try Expression(parsing: "TRY_CAST(s AS INT)").bound(to: Self.columns).evaluate(Self.rows)
    #expect(cast.failures.isEmpty)
    #expect((0..<6).map { cast.column.isNull($0) } == [false, true, true, false, true, false])
    #expect(
      try Expression(parsing: "TRY_CAST(CAST(a / b AS STRING) AS INT)").bound(to: Self.columns).evaluate(Self.rows).failures.map(\.row) == [1, 5])
  }

  @Test func `A row that fails is not selected`() throws {
    let selection = try Expression(parsing: "(a / b > 0) IS NULL").bound(to: Self.columns).select(Self.rows)
    #expect(selection.rows == [2, 3])
    #expect(selection.failures.map(\.row) == [1, 5])
  }

  @Test func `Names of columns are told, and found in any case`() throws {
    let expression = try Expression(parsing: "B + \"a\" * `A` - length(S)")
    #expect(expression.columns == ["B", "a", "A", "S"])
    let bound = try expression.bound(to: Self.columns)
    #expect(bound.inputs == [0, 1, 2])
    #expect(bound.type == .int64)
    #expect(bound.isNullable)
  }

  @Test func `An empty batch gives an empty column`() throws {
    let empty = Self.batch([])
    for text in [
      "a + b", "upper(s)", "s IN ('a', 'b', 'c')", "s REGEXP 'x'", "CASE WHEN a > 1 THEN s ELSE 'n' END", "1", "sha256(s)",
      "regexp_replace(s, 'a', 'b')",
    ] {
      let evaluation = try Expression(parsing: text).bound(to: Self.columns).evaluate(empty)
      #expect(evaluation.column.count == 0 && evaluation.failures.isEmpty, "\(text)")
    }
  }

  @Test func `A constant is known when the expression is bound`() throws {
    #expect(try Expression(parsing: "upper('a') || (1 + 2)").bound(to: Self.columns).isConstant)
    #expect(try !Expression(parsing: "1 / 0").bound(to: Self.columns).isConstant)
    #expect(try Expression(parsing: "a + NULL").bound(to: Self.columns).isConstant)
  }

  @Test func `Constants folded and values read from columns agree`() throws {
    let columns = [ColumnDefinition(name: "n", type: .int64, nativeType: "bigint", isNullable: true)] + Self.columns
    let values = [nil, 0, 1, -1, 7, -7, Int64.max, Int64.min]
    for left in values {
      for right in values {
        var builder = BatchBuilder(types: columns.map(\.type))
        for (index, value) in [left, right].enumerated() {
          if let value { builder.columns[index].append(value) } else { builder.columns[index].appendNull() }
        }
        builder.columns[2].appendNull()
        builder.columns[3].appendNull()
        builder.finishRow()
        let batch = builder.finish()
        for operation in ["+", "-", "*", "/", "%", "DIV", "=", "<", ">=", "<=>"] {
          let literals = [left, right].map { $0.map { "\($0)" } ?? "CAST(NULL AS BIGINT)" }
          let folded = try Expression.texts(of: "\(literals[0]) \(operation) \(literals[1])", over: columns, batch)
          let read = try Expression.texts(of: "n \(operation) a", over: columns, batch)
          #expect(folded.evaluation.failures.map(\.reason) == read.evaluation.failures.map(\.reason), "\(literals) \(operation)")
          if operation != "/" { #expect(folded.texts == read.texts, "\(literals) \(operation)") }
        }
      }
    }
  }
}
