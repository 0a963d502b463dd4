import SluiceCore

/// Regular expressions: RE2's syntax, and time linear in the text. The pattern is a constant and looked for anywhere in the text.
enum PatternFunctions {
  static let all: [FunctionDefinition] = [
    .form(
      "regexp_like", aliases: ["regexp_contains"], .pattern, [.text(), .constant("pattern")], result: "boolean",
      "Whether the pattern occurs in the text; the same as REGEXP. `(?i)` at its begin ignores case.",
      [.init("regexp_like('Order 66', '[0-9]+')", "true"), .init("regexp_like('abc', '^b')", "false")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let expression = try compiled(nodes[1], binder)
      return binder.operation("regexp_like", .boolean, [nodes[0]], place, isCostly: true) { call, vectors, _ in
        Vector(expression.matches(in: vectors[0].materialized(count: call.rowCount)))
      }
    },
    .form(
      "regexp_replace", .pattern, [.text(), .constant("pattern"), .constant("replacement")], result: "string",
      "Each match replaced; `$1` to `$9` stand for groups, `$0` for the match, `$$` for a dollar sign.",
      [.init("regexp_replace('2024-02-29', '(\\d+)-(\\d+)-(\\d+)', '$3.$2.$1')", "29.02.2024")]
    ) { binder, nodes, place throws(ExpressionIssue) in try replace(binder, nodes, place, isGlobal: true) },
    .form(
      "regexp_replace_first", .pattern, [.text(), .constant("pattern"), .constant("replacement")], result: "string",
      "As regexp_replace, but only the first match.", [.init("regexp_replace_first('aaa', 'a', 'b')", "baa")]
    ) { binder, nodes, place throws(ExpressionIssue) in try replace(binder, nodes, place, isGlobal: false) },
    .form(
      "regexp_substr", aliases: ["regexp_extract"], .pattern, [.text(), .constant("pattern"), .constantWhole("group").optional], result: "string",
      "The first match, or what its group (0 to 9) matched.", nulls: "NULL also where there is no match",
      [.init("regexp_substr('id=42;', 'id=(\\d+)', 1)", "42"), .init("regexp_substr('x', '\\d')", nil)]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let expression = try compiled(nodes[1], binder)
      let group = nodes.count > 2 ? Int(nodes[2].constant?.fixed(as: Int64.self)[0] ?? 0) : 0
      guard (0...min(9, expression.groupCount)).contains(group) else {
        throw ExpressionIssue(nodes[2].place, "the pattern has \(expression.groupCount) groups; groups 0 to 9 can be taken")
      }
      return binder.operation("regexp_substr", .string, [nodes[0]], place, isNullable: true, isCostly: true) { call, vectors, _ in
        Vector(expression.extracted(group: group, from: vectors[0].materialized(count: call.rowCount)))
      }
    },
    .form(
      "regexp_count", .pattern, [.text(), .constant("pattern")], result: "int64", "The number of matches that do not overlap.",
      [.init("regexp_count('banana', 'an')", "2")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let expression = try compiled(nodes[1], binder)
      return binder.operation("regexp_count", .int64, [nodes[0]], place, isCostly: true) { call, vectors, _ in
        Vector(expression.counts(in: vectors[0].materialized(count: call.rowCount)))
      }
    },
  ]

  private static func compiled(_ node: Node, _ binder: Binder) throws(ExpressionIssue) -> RegularExpression {
    let pattern = try binder.constantText(node, "the pattern")
    do {
      return try RegularExpression(pattern)
    } catch {
      throw Binder.issue(error, node.place)
    }
  }

  private static func replace(_ binder: Binder, _ nodes: [Node], _ place: TextPlace, isGlobal: Bool) throws(ExpressionIssue) -> Node {
    let expression = try compiled(nodes[1], binder)
    let replacement: RegularExpression.Replacement
    do {
      replacement = try expression.replacement(try binder.constantText(nodes[2], "the replacement"))
    } catch let issue as ExpressionIssue {
      throw issue
    } catch {
      throw Binder.issue(error, nodes[2].place)
    }
    return binder.operation("regexp_replace", .string, [nodes[0]], place, canFail: true) { call, vectors, log in
      let source = vectors[0].materialized(count: call.rowCount)
      let replaced = expression.replacing(in: source, with: replacement, isGlobal: isGlobal)
      if replaced.count == call.rowCount { return Vector(replaced.relabelled(.string)) }
      // What did not fit any more fails.
      var nulls = NullBits.union([Vector(source)], rows: call.rowCount)
      for row in replaced.count..<call.rowCount { call.fail(.tooLong, row, &nulls, &log) }
      let made = TextReader(Vector(replaced))
      let done = replaced.count
      return call.text(nulls, expecting: replaced.byteSize, &log) { row, sink in if row < done { sink.append(made[row]) } }
    }
  }
}
