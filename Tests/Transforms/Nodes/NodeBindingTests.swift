import SluiceCore
import SluiceTransforms
import TestKit
import Testing

/// What chains make of definitions, before a row flows.
@Suite struct NodeBindingTests {
  private func chain(_ nodes: SpecValue, _ columns: [ColumnDefinition], key: [String] = ["id"]) throws -> TransformChain {
    try TransformChain(NodeChain.rules(nodes), for: NodeChain.definition([NodeChain.column("id", .int64, isNullable: false)] + columns, key: key))
  }

  private let text = NodeChain.column("a", .string)

  @Test(
    arguments: [
      [["mask": ["columns": ["phone", "x_*"], "keepLast": 4]]], [["replace": ["columns": ["phone"], "rules": [["find": "x"]]]]],
      [["trim": ["columns": ["phone"]]]], [["parseJson": ["column": "doc", "fields": [["path": "$.a"]]]]], [["rename": ["columns": ["b": "c"]]]],
      [["drop": ["columns": ["tmp_*"]]]], [["cast": ["columns": ["b": "int"]]]], [["cast": ["columns": ["a": "string"]]]],
      [["default": ["columns": ["b": "1"]]]], [["default": ["columns": ["id": "1"]]]], [["select": ["columns": ["*"]]]], [["dml": [:]]],
    ] as [SpecValue])
  func `A node that finds nothing to do in a table is no step of its chain`(nodes: SpecValue) throws {
    #expect(try chain(nodes, [text]).steps.isEmpty)
  }

  @Test func `A new source column passes a chain that does not name it`() throws {
    let nodes: SpecValue = [
      ["mask": ["columns": ["a"]]], ["filter": ["where": "a <> ''"]], ["addColumns": ["columns": [["name": "t", "metadata": "table"]]]],
      ["rename": ["columns": ["a": "b"]]],
    ]
    let before = try chain(nodes, [text])
    let after = try chain(nodes, [text, NodeChain.column("new", .decimal(precision: 9, scale: 3))])
    #expect(before.output.columns.map(\.name) == ["id", "b", "t"])
    #expect(after.output.columns.map(\.name) == ["id", "b", "new", "t"])
    #expect(after.origins["b"] == "a" && after.origins["new"] == "new" && after.origins["t"] == nil)
    #expect(after.output.columns[2].type == .decimal(precision: 9, scale: 3))
  }

  @Test func `What old rows read of an added column is known only where no node changes it`() throws {
    let added = ["phone", "plain"].map {
      ColumnDefinition(name: $0, type: .string, nativeType: "varchar(9)", isNullable: true, attributes: ["fill": "12345", "charset": "utf8mb4"])
    }
    let output = try chain([["mask": ["columns": ["phone"]]]], added).output
    #expect(output.columns[1].attributes == ["fillUnknown": "1", "charset": "utf8mb4"])
    #expect(output.columns[2].attributes == ["fill": "12345", "charset": "utf8mb4"])
  }

  @Test func `A renamed key is the key`() throws {
    let output = try chain([["rename": ["prefix": "s_", "columns": ["a": "b"]]]], [text]).output
    #expect(output.primaryKey == ["s_id"] && output.columns.map(\.name) == ["s_id", "b"])
  }

  @Test func `A key may be hashed, and masked columns are sensitive`() throws {
    let key = NodeChain.column("mail", .string, isNullable: false)
    let chain = try chain([["mask": ["columns": ["mail", "a"], "method": "hmac", "key": "k"]]], [key, text], key: ["mail"])
    #expect(chain.output.primaryKey == ["mail"])
    #expect(chain.sensitiveColumns == ["mail", "a"])
    let renamed = try self.chain([["rename": ["columns": ["a": "b"]]], ["rename": ["columns": ["b": "c"]]], ["mask": ["columns": ["c"]]]], [text])
    #expect(renamed.sensitiveColumns == ["a", "b", "c"])
  }

  @Test func `A delete whose key cannot be transformed is a failure, one whose other values cannot is not`() throws {
    let columns = [NodeChain.column("k", .string, isNullable: false), NodeChain.column("v", .string, isNullable: false)]
    let nodes: SpecValue = [["cast": ["columns": ["k": "int", "v": "int"]]]]
    let chain = try TransformChain(NodeChain.rules(nodes), for: NodeChain.definition(columns, key: ["k"]))
    let rows = try VectorValue.batch(columns, [["1", "x"], ["x", "1"], ["2", "2"]])
    let deletes = ChangeBatch(table: NodeChain.table, schemaVersion: 0, rows: rows, kinds: .each([3, 3, 3]))
    var failed: [SluiceCore.RowFailure] = []
    let result = try chain.apply(deletes) { _, failures, _ in failed += failures }
    #expect(failed.map(\.row) == [1] && failed.map(\.column) == ["k"] && failed.map(\.code) == ["invalid-text"])
    #expect(result.rowCount == 2)
    #expect(try (0..<2).map { try VectorValue.value(result.rows.columns[0], $0) } == [1, 2])
    #expect(result.rows.columns[1].nullCount == 0)
  }

  @Test func `Secrets are taken from where the spec says, and shown nowhere`() throws {
    let nodes: SpecValue = [["mask": ["columns": ["a"], "method": "hash", "salt": ["env": "SALT"]]]]
    let rules = try NodeChain.rules(nodes, environment: ["SALT": "pepper-of-the-job"])
    for spelling in ["pepper", "112, 101, 112, 112"] { #expect(!"\(rules)".contains(spelling)) }
    let chain = try TransformChain(rules, for: NodeChain.definition([text], key: []))
    let batch = ChangeBatch(table: NodeChain.table, schemaVersion: 0, rows: try VectorValue.batch([text], [["x"]]))
    let masked = try chain.apply(batch) { _, _, _ in }
    #expect(try VectorValue.value(masked.rows.columns[0], 0).text?.count == 64)
  }

  @Test func `A failure tells no values`() throws {
    let columns = [text, NodeChain.column("doc", .string)]
    let nodes: SpecValue = [
      ["parseJson": ["column": "doc", "fields": [["path": "$.n", "type": "int"]]]], ["cast": ["columns": ["a": "date"]]],
    ]
    let chain = try TransformChain(NodeChain.rules(nodes), for: NodeChain.definition(columns, key: []))
    let rows = try VectorValue.batch(columns, [["secret-1", "{\"n\": 1}"], ["x", "{\"n\": \"secret-2\"}"], ["x", "secret-3"]])
    var failed: [SluiceCore.RowFailure] = []
    _ = try chain.apply(ChangeBatch(table: NodeChain.table, schemaVersion: 0, rows: rows)) { _, failures, _ in failed += failures }
    #expect(failed.count == 3)
    #expect(!failed.map { $0.reason + $0.code + $0.column }.joined().contains("secret"))
  }

  @Test func `Empty batches pass every node`() throws {
    for file in VectorFile.all {
      for group in file.groups where group.error == nil {
        let columns = [NodeChain.column("id", .int64, isNullable: false)] + group.columns
        let chain = try TransformChain(NodeChain.rules(group.nodes), for: NodeChain.definition(columns, key: group.hasKey ? ["id"] : []))
        let empty = ChangeBatch(table: NodeChain.table, schemaVersion: 0, rows: try VectorValue.batch(columns, []), kinds: .each([]))
        let result = try chain.apply(empty) { _, failures, _ in Issue.record("\(failures)") }
        #expect(result.rowCount == 0 && result.rows.columns.map(\.type) == chain.output.columns.map(\.type))
      }
    }
  }
}
