import SluiceCore
import Testing

@testable import SluiceEngine

/// What a statement changes of a table as it leaves its T-nodes.
@Suite struct ShapedChangesTests {
  /// Gives columns other names, adds one, and takes one out.
  private struct Node: Transform {
    var renames: [String: String] = [:]
    var adds: [String] = []
    var drops: [String] = []
    var touches: [String] = []

    var namedColumns: [String] { renames.keys.sorted() + drops + touches }

    func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
      for name in renames.keys.sorted() + drops where table.columnIndex(name) == nil {
        throw SluiceError(.specInvalid, "no such column", at: .init(column: name))
      }
      let kept = table.columns.filter { !drops.contains($0.name) }.map { column in
        ColumnDefinition(name: renames[column.name] ?? column.name, type: column.type, nativeType: column.nativeType, isNullable: column.isNullable)
      }
      let added = adds.map { ColumnDefinition(name: $0, type: .string, nativeType: "", isNullable: true) }
      let key = table.primaryKey.map { renames[$0] ?? $0 }
      return Bound(
        output: TableDefinition(id: table.id, columns: kept + added, primaryKey: key),
        renamedColumns: Dictionary(uniqueKeysWithValues: renames.map { ($1, $0) }))
    }
  }

  private struct Bound: BoundTransform {
    let output: TableDefinition
    let renamedColumns: [String: String]

    func apply(_ batch: ChangeBatch, failures: inout [RowFailure]) throws -> ChangeBatch { batch }
  }

  private static let id = TableID(database: "d", name: "t")

  private static func column(_ name: String, _ type: DataType = .int32, attributes: [String: String]? = nil) -> ColumnDefinition {
    ColumnDefinition(name: name, type: type, nativeType: "\(type)", isNullable: name != "id", attributes: attributes)
  }

  private static func table(_ columns: [ColumnDefinition]) -> TableDefinition {
    TableDefinition(id: id, columns: columns, primaryKey: ["id"])
  }

  private static func chain(_ node: Node, _ table: TableDefinition) throws -> TransformChain {
    let pattern = try TablePattern("d.t")
    return try TransformChain([TransformRule(pattern: pattern, nodes: [.init(id: "test", path: "$", transform: node)])], for: table)
  }

  private static func changes(_ node: Node, from old: [ColumnDefinition], to new: [ColumnDefinition], by changes: [SchemaChange]) throws
    -> [SchemaChange]
  {
    let event = SchemaEvent(table: id, changes: changes, definition: table(new), statement: "", position: Position("p"), commitTime: nil)
    let before = try chain(node, table(old))
    return ShapedChanges.of(event, before.output, before, to: try chain(node, table(new)))
  }

  @Test("A new column passes a chain that does not name it, at its place and with what rows from before read")
  func add() throws {
    let new = Self.column("new", .int64, attributes: ["fill": "7"])
    let found = try Self.changes(
      Node(adds: ["made"]), from: [Self.column("id"), Self.column("a")], to: [Self.column("id"), new, Self.column("a")],
      by: [.addColumn(Self.id, new, .after("id"))])
    #expect(found == [.addColumn(Self.id, new, .after("id"))])
    // Rows from before would have gone through a node that names it.
    let touched = try Self.changes(
      Node(touches: ["new"]), from: [Self.column("id")], to: [Self.column("id"), new], by: [.addColumn(Self.id, new, .last)])
    #expect(touched == [.addColumn(Self.id, new.replacingAttributes(["fillUnknown": "1"]), .last)])
  }

  @Test("A rename at the source is one in the target, under the name that a node gives")
  func rename() throws {
    let old = [Self.column("id"), Self.column("a"), Self.column("b")]
    let found = try Self.changes(
      Node(renames: ["a": "x"]), from: old, to: [Self.column("id"), Self.column("a"), Self.column("c")],
      by: [.renameColumn(Self.id, from: "b", to: "c")])
    #expect(found == [.renameColumn(Self.id, from: "b", to: "c")])
  }

  @Test("A rename is one, too, when the nodes before do not fit the table as it was: the spec was corrected for it")
  func corrected() throws {
    let (old, new) = ([Self.column("id"), Self.column("a")], [Self.column("id"), Self.column("b")])
    let event = SchemaEvent(
      table: Self.id, changes: [.renameColumn(Self.id, from: "a", to: "b")], definition: Self.table(new), statement: "", position: Position("p"),
      commitTime: nil)
    let chain = try Self.chain(Node(adds: ["z"], touches: ["b"]), Self.table(new))
    let made = Self.table(old + [ColumnDefinition(name: "z", type: .string, nativeType: "", isNullable: true)])
    #expect(ShapedChanges.of(event, made, nil, of: Self.table(old), to: chain) == [.renameColumn(Self.id, from: "a", to: "b")])
  }

  @Test("Columns that trade names go by a third one")
  func swap() throws {
    let found = try Self.changes(
      Node(adds: ["z"]), from: [Self.column("id"), Self.column("a"), Self.column("b", .string)],
      to: [Self.column("id"), Self.column("b"), Self.column("a", .string)],
      by: [
        .renameColumn(Self.id, from: "a", to: "_"), .renameColumn(Self.id, from: "b", to: "a"), .renameColumn(Self.id, from: "_", to: "b"),
      ])
    #expect(
      found == [.renameColumn(Self.id, from: "a", to: "a_"), .renameColumn(Self.id, from: "b", to: "a"), .renameColumn(Self.id, from: "a_", to: "b")])
  }

  @Test("What a node takes out does not come back by a statement about it, and a new type reaches what carries it on")
  func dropped() throws {
    let old = [Self.column("id"), Self.column("secret"), Self.column("a")]
    let new = [Self.column("id"), Self.column("secret", .string), Self.column("a", .int64)]
    let found = try Self.changes(
      Node(renames: ["a": "x"], drops: ["secret"]), from: old, to: new,
      by: [.alterColumn(Self.id, new[1]), .alterColumn(Self.id, new[2])])
    #expect(found.count == 1)
    guard case .alterColumn(_, let column)? = found.first else { return #expect(Bool(false), "\(found)") }
    #expect(column.name == "x" && column.type == .int64)
  }

  @Test("A column that goes and comes again under its name is another one")
  func again() throws {
    let old = [Self.column("id"), Self.column("a"), Self.column("b")]
    let new = [Self.column("id"), Self.column("b"), Self.column("a", .string)]
    let found = try Self.changes(
      Node(adds: ["z"]), from: old, to: new, by: [.dropColumn(Self.id, name: "a"), .addColumn(Self.id, new[2], .last)])
    #expect(found.first == .dropColumn(Self.id, name: "a"))
    #expect(found.dropFirst().contains { if case .addColumn(_, let column, _) = $0 { column.name == "a" && column.type == .string } else { false } })
  }
}
