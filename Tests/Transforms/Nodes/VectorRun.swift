import SluiceCore
import SluiceTransforms
import TestKit
import Testing

/// Runs the rows of a group through its chain, and compares what comes out.
struct VectorRun {
  /// How the rows come.
  enum Mode: String, CaseIterable {
    case copy, inserts, updates, deletes
    /// As inserts, in columns that begin in the middle of their buffers.
    case slices

    var kind: RowKind {
      switch self {
      case .copy, .inserts, .slices: .insert
      case .updates: .updateAfter
      case .deletes: .delete
      }
    }
  }

  let group: VectorFile.Group
  var plugins: [any TransformPlugin.Type] = TransformNodes.all

  private var idColumn: ColumnDefinition { NodeChain.column("id", .int64, isNullable: false) }
  private var input: TableDefinition { NodeChain.definition([idColumn] + group.columns, key: group.hasKey ? ["id"] : []) }

  private func chain() throws -> TransformChain {
    try TransformChain(NodeChain.rules(group.nodes, plugins: plugins), for: input)
  }

  func run() throws {
    if let error = group.error { return expectError(error) }
    let chain = try chain()
    if let gives = group.gives {
      let columns = chain.output.columns.dropFirst().map { SpecValue.Member($0.name, .string("\($0.type)" + ($0.isNullable ? "" : "!"))) }
      #expect(JSONText.compact(.object(columns)) == JSONText.compact(gives), "\(group.name)")
    }
    let isFixed = group.cases.contains { $0.kind != nil }
    if isFixed {
      try run(chain, kinds: group.cases.map { ($0.kind ?? .insert).rawValue }, mode: "as written")
    } else {
      for mode in Mode.allCases where group.hasKey || mode == .copy || mode == .slices {
        let kinds = mode == .copy ? nil : [UInt8](repeating: mode.kind.rawValue, count: group.cases.count)
        try run(chain, kinds: kinds, mode: mode.rawValue, isSliced: mode == .slices)
      }
    }
  }

  private func expectError(_ text: String) {
    do {
      _ = try chain()
      Issue.record("\(group.name): no error")
    } catch {
      #expect("\(error)".contains(text), "\(group.name): \(error)")
    }
  }

  private func run(_ chain: TransformChain, kinds: [UInt8]?, mode: String, isSliced: Bool = false) throws {
    let rows = group.cases.enumerated().map { [.integer($0.offset)] + $0.element.input }
    var batch = try VectorValue.batch(input.columns, isSliced ? Array(repeating: rows[0], count: 3) + rows : rows)
    if isSliced { batch = batch.slice(from: 3, count: rows.count) }
    let changes = ChangeBatch(
      table: NodeChain.table, schemaVersion: 0, rows: batch, kinds: kinds.map { .each($0) } ?? .allInserts,
      sequence: .each(rows.indices.map { Int64($0 + 100) }), position: kinds == nil ? nil : Position("log.000001:4"),
      commitTime: kinds == nil ? nil : 1_700_000_000_000_000, ingestionTime: 1_700_000_001_000_000)
    var failed: [Int: SluiceCore.RowFailure] = [:]
    let result = try chain.apply(changes) { step, failures, batch in
      let ids = batch.rows.columns[step.input.columnIndex("id") ?? 0].fixed(as: Int64.self)
      for failure in failures { failed[Int(ids[failure.row])] = failure }
    }
    try compare(chain, result, failed, kinds: kinds, mode: mode)
  }

  private func compare(_ chain: TransformChain, _ result: ChangeBatch, _ failed: [Int: SluiceCore.RowFailure], kinds: [UInt8]?, mode: String) throws {
    #expect(result.rows.columns.map(\.type) == chain.output.columns.map(\.type), "\(group.name), \(mode)")
    #expect(result.rows.columns.allSatisfy { $0.count == result.rowCount })
    for (column, definition) in zip(result.rows.columns, chain.output.columns) where !definition.isNullable {
      #expect(column.nullCount == 0, "\(group.name), \(mode): \(definition.name)")
    }
    let ids = result.rows.columns[chain.output.columnIndex("id") ?? 0].fixed(as: Int64.self)
    let places = Dictionary(uniqueKeysWithValues: (0..<result.rowCount).map { (Int(ids[$0]), $0) })
    #expect((0..<result.rowCount).map { Int(ids[$0]) } == places.keys.sorted(), "the order of rows changed: \(group.name), \(mode)")
    for (id, item) in group.cases.enumerated() {
      let came = kinds?[id] ?? RowKind.insert.rawValue
      let place = places[id]
      if let place { #expect(result.sequence[place] == Int64(id + 100)) }
      let label: Comment = "\(group.name), \(mode), case \(id): \(JSONText.compact(.array(item.input)))"
      switch item.outcome {
      case .dirty(let code, let column):
        if came == RowKind.delete.rawValue, group.hasKey, item.kind == nil {
          #expect(place != nil && failed[id] == nil, label)
        } else {
          #expect(failed[id]?.code == code && failed[id]?.column == column && place == nil, "\(label) \(String(describing: failed[id]))")
        }
      case .gone where item.kind == nil && group.hasKey && came != RowKind.insert.rawValue:
        // The row is no longer, or was never, in the lake.
        #expect(place.map { RowKind.removes(result.kinds[$0]) } == true, label)
      case .gone: #expect(place == nil && failed[id] == nil, label)
      case .row(let expected):
        guard let place else {
          Issue.record("\(label) is gone, \(String(describing: failed[id]))")
          continue
        }
        let found = try result.rows.columns.enumerated().filter { chain.output.columns[$0.offset].name != "id" }.map {
          try VectorValue.value($0.element, place)
        }
        #expect(JSONText.compact(.array(found)) == JSONText.compact(.array(expected.map(VectorValue.plain))), label)
        let kind = item.becomes?.rawValue ?? came
        // As a deleted one, or without a trace where a condition had kept it out.
        #expect(result.kinds[place] == kind || RowKind.removes(kind) && RowKind.removes(result.kinds[place]), label)
      }
    }
  }
}
