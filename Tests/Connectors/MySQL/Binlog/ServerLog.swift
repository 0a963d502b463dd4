import Foundation
import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// The binary log of a test server, read from its files.
struct ServerLog {
  let server: DatabaseServer
  private let file: String
  private let offset: Int

  /// The log from here on.
  init(_ server: DatabaseServer) throws {
    self.server = server
    let statement = server.product == .mysql ? "SHOW BINARY LOG STATUS" : "SHOW BINLOG STATUS"
    let row = try #require(try server.query(statement).first)
    file = try #require(row[0])
    offset = try #require(row[1].flatMap { Int($0) })
  }

  /// The events that came since, each with its bytes. The format description comes first.
  func events() throws -> [[UInt8]] {
    let all = try wholeFile()
    return [all[0].bytes] + all.dropFirst().filter { $0.offset >= offset }.map(\.bytes)
  }

  /// All events of the file that the log stood in.
  func wholeFile() throws -> [(offset: Int, bytes: [UInt8])] {
    let base = try #require(try server.query("SELECT @@log_bin_basename").first?[0])
    let folder = URL(filePath: base).deletingLastPathComponent().path
    return BinlogBytes(try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))).events
  }
}

/// A binary log file, split into events.
struct BinlogBytes {
  private(set) var events: [(offset: Int, bytes: [UInt8])] = []

  init(_ data: Data) {
    let bytes = [UInt8](data)
    var place = 4
    while place + 19 <= bytes.count {
      let size = (0..<4).reduce(0) { $0 | Int(bytes[place + 9 + $1]) << ($1 * 8) }
      guard size >= 19, place + size <= bytes.count else { break }
      events.append((place, Array(bytes[place..<place + size])))
      place += size
    }
  }
}

extension BinlogDecoder {
  mutating func read(_ bytes: [UInt8], visit: (BinlogHeader, BinlogEvent) throws -> Void) throws {
    try bytes.withUnsafeBytes { try read($0, visit: visit) }
  }
}

/// The rows of one table that the log has.
struct LoggedRows {
  var batches: [ChangeBatch] = []
  var dirty: [DirtyRow] = []
  /// Every event, by type code.
  var types: [UInt8] = []
  var sequence: Int64 = 0

  /// Decodes what `log` has of the table, as it is defined now.
  init(_ log: ServerLog, _ database: TestDatabase, _ table: String, _ options: [String: OptionValue] = [:]) throws {
    try self.init(try log.events(), try database.tracked(table, options), try database.options(options))
  }

  init(_ events: [[UInt8]], _ table: MySQLTable, _ options: MySQLOptions) throws {
    var decoder = BinlogDecoder(file: "binlog.test")
    let assembly = BinlogTableAssembly(table, schemaVersion: 1, options: options)
    for event in events {
      try decoder.read(event) { header, event in
        types.append(header.type.code)
        guard case .rows(let rows) = event, rows.map.table == table.definition.id else { return }
        try assembly.append(rows, sequence: &sequence, position: "here", dirty: { dirty.append($0) })
      }
    }
    if let batch = assembly.finish() { batches.append(batch) }
  }

  var rows: Batch { Batch.concatenating(batches.map(\.rows)) }

  var kinds: [RowKind] { batches.flatMap { batch in (0..<batch.rowCount).compactMap { RowKind(rawValue: batch.kinds[$0]) } } }
}

extension TestDatabase {
  func options(_ extra: [String: OptionValue] = [:]) throws -> MySQLOptions {
    try #require(try source(extra) as? MySQLSource).options
  }

  /// A table with all that reading it takes.
  func tracked(_ table: String, _ extra: [String: OptionValue] = [:]) throws -> MySQLTable {
    let connection = try MySQLSession.open(try options(extra))
    return try #require(try MySQLCatalog(connection: connection).tables([TableID(database: name, name: table)]).first)
  }
}

/// The bytes of a value; `nil` for null.
func cell(_ column: Column, _ row: Int) -> [UInt8]? {
  if column.isNull(row) { return nil }
  switch column.type.layout {
  case .bits: return [column.boolean(row) ? 1 : 0]
  case .fixed(let width): return (0..<width).map { column.fixed(as: UInt8.self)[-column.offset + (column.offset + row) * width + $0] }
  default: return Array(column.bytes(at: row))
  }
}

/// A value for people.
func shown(_ value: [UInt8]?, _ type: DataType) -> String {
  guard let value else { return "NULL" }
  return type.layout == .bytes && type != .binary ? String(decoding: value.prefix(300), as: UTF8.self) : "\(value.prefix(60))"
}

/// What the snapshot reads, in the order of the key.
func snapshotRows(_ database: TestDatabase, _ table: String, _ options: [String: OptionValue] = [:]) throws -> (rows: Batch, dirty: [DirtyRow]) {
  let source = try database.source(options)
  let read = try PlainRead(source, try database.definition(table, source))
  return (Batch.concatenating(read.batches), read.dirty)
}

/// Says where two batches differ, byte for byte.
func differences(_ logged: Batch, _ read: Batch, _ names: [String]) -> [String] {
  if logged.rowCount != read.rowCount { return ["the log has \(logged.rowCount) rows, the snapshot \(read.rowCount)"] }
  var found: [String] = []
  for (index, name) in names.enumerated() {
    for row in 0..<read.rowCount {
      let left = cell(logged.columns[index], row)
      let right = cell(read.columns[index], row)
      if left != right {
        let type = read.columns[index].type
        found.append("\(name), row \(row): log \(shown(left, type)) snapshot \(shown(right, type))")
      }
    }
  }
  return found
}
