import SluiceCore

enum ConditionalFunctions {
  static let all: [FunctionDefinition] = [
    .form(
      "coalesce", aliases: ["ifnull", "nvl"], .conditional, [.any("value"), .any("others").repeated], result: "the common type of the arguments",
      "The first argument that is not NULL. Later arguments are evaluated only for rows that need them.", nulls: "NULL when all are",
      [.init("coalesce(NULL, 2, 3)", "2"), .init("coalesce(NULL, NULL)", nil)]
    ) { binder, nodes, place throws(ExpressionIssue) in try binder.coalesce(nodes, place) },
    .form(
      "nullif", .conditional, [.any("value"), .any("other")], result: "the type of value", "NULL when both are equal, else the first.",
      nulls: "NULL when value is; value when other is", [.init("nullif(3, 3)", nil), .init("nullif(3, 4)", "3")]
    ) { binder, nodes, place throws(ExpressionIssue) in try binder.nullIf(nodes[0], nodes[1], place) },
    .form(
      "if", aliases: ["iff"], .conditional, [.init(name: "condition", kind: .boolean), .any("then"), .any("else")],
      result: "the common type of then and else",
      "then where the condition is TRUE, else where it is FALSE or NULL. Only the one that is taken may fail.",
      nulls: "as the value that is taken", [.init("if(1 < 2, 'yes', 'no')", "yes"), .init("if(NULL, 1, 2)", "2")]
    ) { binder, nodes, place throws(ExpressionIssue) in try binder.choose([nodes[0]], [nodes[1], nodes[2]], "if", place) },
    .form(
      "isnull", .conditional, [.any("value")], result: "boolean", "Whether it is NULL; the same as IS NULL.", nulls: "never NULL",
      [.init("isnull(NULL)", "true"), .init("isnull('')", "false")]
    ) { _, nodes, place throws(ExpressionIssue) in LogicKernels.test(nodes[0], .null, isNegated: false, place: place) },
    .form(
      "greatest", .conditional, [.any("value"), .any("others").repeated], result: "the common type of the arguments", "The largest argument.",
      [.init("greatest(1, 2.5, -3)", "2.5"), .init("greatest('a', 'B')", "a")]
    ) { binder, nodes, place throws(ExpressionIssue) in try binder.extreme(nodes, isGreatest: true, place) },
    .form(
      "least", .conditional, [.any("value"), .any("others").repeated], result: "the common type of the arguments", "The smallest argument.",
      [.init("least(1, 2.5, -3)", "-3.0"), .init("least(DATE '2024-01-01', NULL)", nil)]
    ) { binder, nodes, place throws(ExpressionIssue) in try binder.extreme(nodes, isGreatest: false, place) },
    .form(
      "try", .conditional, [.any("value")], result: "the type of value", "The value, or NULL for a row for which it fails: `try(a / b)`.",
      nulls: "NULL where the argument is NULL or fails", [.init("try(1 / 0)", nil), .init("try(1 / 2)", "0.5000")]
    ) { _, nodes, place throws(ExpressionIssue) in
      let node = nodes[0]
      guard node.canFail, node.constant == nil else { return node }
      return Node(node.type, isNullable: true, inputs: node.inputs, place: place) { frame, _ in
        var ignored = FailureLog()
        return node.evaluate(frame, &ignored)
      }.folded()
    },
  ]
}
