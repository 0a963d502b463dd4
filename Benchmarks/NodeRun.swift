import SluiceConnectors
import SluiceCore
import SluiceLake
import SluiceTransforms

/// T1: what T-nodes cost over rows of the bench table, which have a JSON document each besides.
struct NodeRun {
  private let batches: [Batch]
  private let table: TableDefinition
  private let rowCount: Int
  private let runs: Int

  private static let nodes: [(name: String, nodes: String)] = [
    ("mask", #"{"mask": {"columns": ["l_comment"], "keepLast": 4}}"#),
    ("filter", #"{"filter": {"where": "l_returnflag <> 'N' OR l_quantity > 10"}}"#),
    (
      "parseJson",
      #"""
      {"parseJson": {"column": "l_doc", "keep": false, "fields": [{"path": "$.channel"}, {"path": "$.customer.segment"},
        {"path": "$.discount.rate", "type": "decimal(6,4)"}, {"path": "$.items", "type": "int"}]}}
      """#
    ),
    (
      "two expressions",
      #"""
      {"addColumns": {"columns": [{"name": "revenue", "expression": "l_extendedprice * (1 - l_discount)"},
        {"name": "timing", "expression": "CASE WHEN l_shipdate > l_commitdate THEN 'late' ELSE 'in time' END"}]}}
      """#
    ),
  ]

  /// Nodes that stand by themselves, to be compared.
  private static let others: [(name: String, nodes: String)] = [
    ("mask hash", #"{"mask": {"columns": ["l_comment"], "method": "hash", "salt": "salt"}}"#),
    ("mask email", #"{"mask": {"columns": ["l_comment"], "method": "email"}}"#),
    ("replace", #"{"replace": {"columns": ["l_comment"], "rules": [{"find": "deposits", "with": "x"}]}}"#),
    ("replace regex", #"{"replace": {"columns": ["l_comment"], "rules": [{"find": "[0-9A-F]{8}", "with": "+", "regex": true}]}}"#),
    ("trim", #"{"trim": {"columns": ["l_comment"]}}"#),
    ("default", #"{"default": {"columns": {"l_tax": "0", "l_commitdate": "1970-01-01"}}}"#),
    ("cast", #"{"cast": {"columns": {"l_partkey": "string"}}}"#),
    ("rename, drop", #"{"rename": {"case": "upper"}}, {"drop": {"columns": ["L_DOC"]}}"#),
    ("logicalDelete", #"{"logicalDelete": {}}"#),
    ("a chain that names no column", #"{"mask": {"columns": ["phone"]}}, {"trim": {"columns": ["city"]}}, {"rename": {"columns": {"a": "b"}}}"#),
  ]

  init(rows: Int, runs: Int) {
    let decoded = Decoding().run(WireRows(rows)).batches
    var row = 0
    batches = decoded.map { batch in
      let documents = Self.documents(from: row, count: batch.rowCount)
      row += batch.rowCount
      return Batch(columns: batch.columns + [documents], rowCount: batch.rowCount)
    }
    let columns = Lineitem.columns + [("l_doc", .json, true)]
    table = TableDefinition(
      id: TableID(database: "shop", name: "lineitem"),
      columns: columns.map { ColumnDefinition(name: $0.name, type: $0.type, nativeType: "\($0.type)", isNullable: $0.isNullable) },
      primaryKey: ["id"])
    rowCount = rows
    self.runs = runs
  }

  private static func documents(from first: Int, count: Int) -> Column {
    let channels = ["web", "store", "phone", "partner"]
    let segments = ["BUILDING", "AUTOMOBILE", "MACHINERY", "HOUSEHOLD", "FURNITURE"]
    var builder = ColumnBuilder(type: .json, capacity: count)
    for row in first..<(first + count) {
      builder.append(
        text: #"{"channel":"\#(channels[row % 4])","customer":{"id":\#(row * 7),"segment":"\#(segments[row % 5])"},"#
          + #""discount":{"code":"X\#(row % 10)","rate":0.0\#(row % 9 + 1)},"items":\#(row % 20)}"#)
    }
    return builder.finish()
  }

  func run() throws {
    for (name, nodes) in Self.nodes + Self.others { try measure(name, nodes) }
    try measure("mask, filter, parseJson, two expressions", Self.nodes.map(\.nodes).joined(separator: ", "))
  }

  private func measure(_ name: String, _ nodes: String) throws {
    let chain = try TransformChain(rules(nodes), for: table)
    var times: [Double] = []
    var kept = 0
    for _ in 0..<runs {
      kept = 0
      let start = ProcessorClock.seconds
      for batch in batches {
        let changes = ChangeBatch(table: table.id, schemaVersion: 0, rows: batch)
        kept += try chain.apply(changes) { _, failures, _ in preconditionFailure("\(failures.count) rows failed") }.rowCount
      }
      times.append((ProcessorClock.seconds - start) * 1e9 / Double(rowCount))
    }
    times.sort()
    print(
      #"{"bench":"T1","nodes":"\#(name)","rows":\#(rowCount),"kept":\#(kept),"nanosecondsPerRow":\#(times[times.count / 2]),"best":\#(times.first ?? 0)}"#
    )
  }

  private func rules(_ nodes: String) throws -> [TransformRule] {
    let spec = #"""
      {"source": {"type": "mysql", "host": "h", "user": "u", "password": "p", "tables": ["shop.*"]}, "sink": {"type": "paimon", "warehouse": "w"},
       "transforms": [{"table": "shop.*", "nodes": [\#(nodes)]}]}
      """#
    let plugins = JobSpec.Plugins(sources: [MySQLPlugin.self], lakes: [PaimonPlugin.self], transforms: TransformNodes.all)
    return try JobSpec.read(
      JSONReader.read(spec), plugins: plugins, origin: .init(file: "bench.json", job: "bench", folder: "."), secrets: .none
    ).transforms
  }
}
