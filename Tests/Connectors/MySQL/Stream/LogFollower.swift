import SluiceCore
import TestKit

@testable import SluiceConnectors

/// Reads a change stream as an engine does, and keeps what came: rows as text, schema events, and the place after each slice.
final class LogFollower {
  struct Row: Hashable, CustomStringConvertible {
    let table: String
    let kind: RowKind
    let sequence: Int64
    let values: [String]

    var description: String { "\(sequence) \(table) \(kind) \(values.map { $0.prefix(20) }.joined(separator: "|"))" }
  }

  enum Item: Hashable {
    case row(Row)
    case event(SchemaEvent)
    case dirty(String)

    var table: String {
      switch self {
      case .row(let row): row.table
      case .event(let event): event.table.name
      case .dirty: "dirty rows"
      }
    }
  }

  /// Where a stream made anew would go on: a position with the tables as they are there, and how many items came before.
  struct Boundary {
    let position: Position
    let tables: [TableID: TableDefinition]
    let itemCount: Int
  }

  let source: MySQLSource
  let selection: TableSelection
  private(set) var items: [Item] = []
  private(set) var boundaries: [Boundary] = []
  private(set) var tables: [TableID: TableDefinition]
  private(set) var lastSlice: LogSlice?
  private var stream: any ChangeStream

  /// Follows `tables`, all that the selection names now unless told otherwise, from `start` on.
  init(_ source: any Source, _ selection: [String], exclude: [String] = [], from start: Position, tables: [TableDefinition]? = nil) throws {
    guard let source = source as? MySQLSource else { throw TestFailure("not a MySQL source") }
    self.source = source
    self.selection = TableSelection(include: selection, exclude: exclude)
    let known = try tables ?? source.discover(self.selection)
    self.tables = Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0) })
    stream = try source.makeStream(StreamRequest(start: start, selection: self.selection, tables: known.map { FollowedTable($0) }))
    boundaries.append(Boundary(position: start, tables: self.tables, itemCount: 0))
  }

  /// Goes on in the place of another one.
  init(_ other: LogFollower, from boundary: Boundary) throws {
    source = other.source
    selection = other.selection
    tables = boundary.tables
    stream = try source.makeStream(
      StreamRequest(start: boundary.position, selection: selection, tables: boundary.tables.values.map { FollowedTable($0) }))
    boundaries.append(Boundary(position: boundary.position, tables: tables, itemCount: 0))
  }

  var position: Position { boundaries[boundaries.count - 1].position }
  var rows: [Row] { items.compactMap { if case .row(let row) = $0 { row } else { nil } } }
  var events: [SchemaEvent] { items.compactMap { if case .event(let event) = $0 { event } else { nil } } }

  func follow(_ table: FollowedTable) {
    tables[table.definition.id] = table.definition
    stream.follow(table)
  }

  func leave(_ table: TableID) {
    tables[table] = nil
    stream.leave(table)
  }

  /// The next slice.
  func read(bytes: Int = 1 << 20, within seconds: Double = 0.05) throws {
    let slice = try stream.next(within: seconds, bytes: bytes)
    lastSlice = slice
    for item in slice.items { take(item) }
    boundaries.append(Boundary(position: slice.position, tables: tables, itemCount: items.count))
  }

  /// Up to the head of the log, as it is now.
  func readToHead(bytes: Int = 1 << 20) throws {
    guard let head = try source.currentPosition() else { throw TestFailure("no log") }
    try read(to: head, bytes: bytes)
  }

  func read(to head: Position, bytes: Int = 1 << 20) throws {
    try Deadline.wait(for: "the stream to reach \(head)", within: .seconds(60)) {
      try read(bytes: bytes)
      return try source.isReached(head, by: position)
    }
  }

  private func take(_ item: StreamItem) {
    switch item {
    case .changes(let batch):
      let columns = batch.rows.columns.map(ValueText.init)
      for row in 0..<batch.rowCount {
        items.append(
          .row(
            Row(
              table: batch.table.name, kind: RowKind(rawValue: batch.kinds[row]) ?? .insert, sequence: batch.sequence[row],
              values: columns.map { $0.text(row) ?? "NULL" })))
      }
    case .schemaChange(let event):
      items.append(.event(event))
      tables[event.table] = nil
      if let definition = event.definition { tables[definition.id] = definition }
    case .dirty(let rows): items += rows.map { .dirty("\($0.table.name) \($0.column) \($0.key)") }
    }
  }
}

extension TestDatabase {
  /// A source, and where its log ends now.
  func followed(_ tables: String = "*", options: [String: OptionValue] = [:], byFile: Bool = false) throws -> LogFollower {
    let source = try source(options)
    guard let head = try source.currentPosition() else { throw TestFailure("no log") }
    return try LogFollower(source, ["\(name).\(tables)"], from: byFile ? Self.withoutGTIDs(head) : head)
  }

  static func withoutGTIDs(_ position: Position) throws -> Position {
    var place = try MySQLPosition(position)
    place.gtids = nil
    return place.position
  }
}
