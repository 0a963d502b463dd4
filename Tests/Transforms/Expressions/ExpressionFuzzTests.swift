import SluiceCore
import SluiceTransforms
import TestKit
import Testing

/// Text from outside never traps, and never takes long.
@Suite struct ExpressionFuzzTests {
  private static let pieces = [
    "a", "s", "`b`", "\"d\"", "'x'", "''", "1", "2.50", "1e3", "NULL", "TRUE", "X'00ff'", "(", ")", ",", "+", "-", "*", "/", "%", "||", "=", "<>",
    "<=>", "<", "AND", "OR",
    "NOT", "IS", "IN", "BETWEEN", "LIKE", "'a%'", "ESCAPE", "REGEXP", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST(", "AS", "DECIMAL(9,3)",
    "INTERVAL", "DAY", "DATE '2024-02-29'",
    "lower(", "substring(", "coalesce(", "extract(", "FROM", "->>", "'$.a'", "AT", "TIME", "ZONE", "'UTC'", "\u{0}", "é", "`", "'", "\n",
    "99999999999999999999",
  ]
  private static let columns = [
    ColumnDefinition(name: "a", type: .int32, nativeType: "int", isNullable: true),
    ColumnDefinition(name: "s", type: .string, nativeType: "text", isNullable: true),
    ColumnDefinition(name: "b", type: .boolean, nativeType: "bool", isNullable: true),
    ColumnDefinition(name: "d", type: .decimal(precision: 9, scale: 2), nativeType: "decimal", isNullable: true),
  ]

  @Test func `Random sequences of tokens are refused with a place or evaluated`() throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    var builder = BatchBuilder(types: Self.columns.map(\.type))
    for row in 0..<9 {
      builder.columns[0].append(Int32(row) - 4)
      builder.columns[1].append(text: String(repeating: "é", count: row))
      if row == 3 { builder.columns[2].appendNull() } else { builder.columns[2].append(boolean: row.isMultiple(of: 2)) }
      builder.columns[3].append(unscaled: Int128(row) * 1_234_567)
      builder.finishRow()
    }
    let batch = builder.finish()
    var evaluated = 0
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined(separator: " ")
      do {
        let evaluation = try Expression(parsing: text).bound(to: Self.columns).evaluate(batch)
        #expect(evaluation.column.count == 9)
        evaluated += 1
      } catch let error as SluiceError {
        #expect(error.kind == .specInvalid && error.place.position != nil, "\(text): \(error)")
      }
    }
    #expect(evaluated > 500, "seed \(SeededRandom.processSeed)")
  }

  @Test func `Random bytes, cut and mutated expressions are refused or evaluated`() throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    let sound = "CASE WHEN a BETWEEN -3 AND 2 THEN upper(s) || '-' || CAST(d * 1.5 AS STRING) ELSE coalesce(s, 'none') END LIKE '%x_\\%' ESCAPE '\\'"
    for _ in 0..<5_000 {
      var bytes = Array(sound.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: index)
        }
      }
      _ = try? Expression(parsing: String(decoding: bytes, as: UTF8.self)).bound(to: Self.columns)
    }
  }

  @Test(arguments: ["(", "-", "NOT ", "CASE WHEN ", "a + (", "lower(", "a IS NULL = (", "CAST(", "INTERVAL ", "EXTRACT(DAY FROM ", "TRIM(BOTH "])
  func `Deep nesting is refused`(piece: String) {
    let text = String(repeating: piece, count: 60_000 / piece.utf8.count)
    #expect(throws: SluiceError.self) { try Expression(parsing: text) }
  }

  @Test func `The deepest nesting that is taken is evaluated on a small stack`() async throws {
    let depth = 47
    let text = String(repeating: "coalesce(CASE WHEN a > 0 THEN ", count: depth) + "a" + String(repeating: " ELSE a DIV 2 END, 1)", count: depth)
    let bound = try Expression(parsing: text).bound(to: Self.columns)
    let batch = Batch(columns: Self.columns.map { Column.nulls(of: $0.type, count: 9) }, rowCount: 9)
    let evaluation = await Task.detached { bound.evaluate(batch) }.value
    #expect(evaluation.failures.isEmpty && evaluation.column.nullCount == 0)
  }

  @Test func `A long chain is evaluated, a deep one and a long text are refused`() throws {
    let chain = (0..<2_000).map { "a = \($0)" }.joined(separator: " OR ")
    #expect(try Expression(parsing: chain).bound(to: Self.columns).type == .boolean)
    #expect(throws: SluiceError.self) { try Expression(parsing: (0..<2_000).map { "\($0)" }.joined(separator: " + ")) }
    #expect(throws: SluiceError.self) { try Expression(parsing: String(repeating: " ", count: 70_000) + "a") }
  }

  @Test func `A pattern that hangs other engines takes no time`() throws {
    let text = String(repeating: "a", count: 50_000) + "!"
    let batch = Batch(
      columns: [
        Column.nulls(of: .int32, count: 1), one(text), Column.nulls(of: .boolean, count: 1),
        Column.nulls(of: .decimal(precision: 9, scale: 2), count: 1),
      ], rowCount: 1)
    let clock = ContinuousClock()
    let time = try clock.measure {
      for pattern in ["(a+)+$", "(a|a)*$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
        _ = try Expression(parsing: "s REGEXP '\(pattern)'").bound(to: Self.columns).select(batch)
      }
      _ = try Expression(parsing: "s LIKE '\(String(repeating: "%a_", count: 300))b'").bound(to: Self.columns).select(batch)
    }
    #expect(time < .seconds(10))
    #expect(throws: SluiceError.self) { try Expression(parsing: "s REGEXP '((a{1000}){1000}){1000}'").bound(to: Self.columns) }
  }

  private func one(_ text: String) -> Column {
    var builder = ColumnBuilder(type: .string)
    builder.append(text: text)
    return builder.finish()
  }

  @Test func `Text that would fill the memory makes its row fail`() throws {
    let bound = try Expression(parsing: "length(repeat(repeat(s, 1000000), 1000000))").bound(to: Self.columns)
    let batch = Batch(
      columns: [
        Column.nulls(of: .int32, count: 1), one("abc"), Column.nulls(of: .boolean, count: 1),
        Column.nulls(of: .decimal(precision: 9, scale: 2), count: 1),
      ], rowCount: 1)
    #expect(bound.evaluate(batch).failures.map(\.reason) == [.tooLong])
  }

  @Test func `Names and literals are data, whatever they look like`() throws {
    let evil = "x` OR 1=1; DROP TABLE t; --"
    let columns = [ColumnDefinition(name: evil, type: .string, nativeType: "text", isNullable: false)]
    let quoted = "`" + evil.replacing("`", with: "``") + "`"
    let expression = try Expression(parsing: "\(quoted) = ''' OR ''1''=''1'")
    #expect(expression.columns == [evil])
    #expect(try expression.bound(to: columns).select(Batch(columns: [one("y")], rowCount: 1)).rows == [])
    #expect(try expression.bound(to: columns).select(Batch(columns: [one("' OR '1'='1")], rowCount: 1)).rows == [0])
    for zone in ["../../etc/passwd", "/etc/passwd", "Europe/../../../etc/passwd", ""] {
      #expect(throws: SluiceError.self) { try Expression(parsing: "TIMESTAMP '2024-01-01 00:00:00' AT TIME ZONE '\(zone)'").bound(to: []) }
    }
  }
}
