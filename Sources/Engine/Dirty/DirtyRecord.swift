internal import Foundation
public import SluiceCore

/// A line of the store of dirty rows.
public enum DirtyRecord: Sendable {
  /// A row that could not be carried over.
  case row(KeptRow)
  /// The table is read anew for that target: its rows up to that number are nobody's business any more.
  case void(TableID, target: TableID?, upTo: Int)
  /// What became of a row that was asked to go through again.
  case outcome(RowOutcome)

  /// A dirty row as it is kept.
  public struct KeptRow: Sendable {
    /// Counts up over the whole job; never used twice.
    public let id: Int
    /// When it was kept, in ISO 8601.
    public let time: String
    public let table: TableID
    public let target: TableID?
    public let node: String
    public let code: String
    public let reason: String
    public let column: String
    public let kind: RowKind
    public let image: RowImage?
    public let schemaVersion: Int
    /// The whole line.
    public let json: SpecValue
  }

  public struct RowOutcome: Sendable {
    public enum Result: String, Sendable {
      /// It is in the target, as it is at the source now, or as it was corrected.
      case replayed
      /// The source has another row by now, or none: nothing is left to do.
      case superseded
      /// It could not go through this time, either, and stays open.
      case failed
    }

    public let id: Int
    public let result: Result
    public let reason: String
    /// The request that it answers.
    public let request: String

    public var isSettled: Bool { result != .failed }
  }
}

extension DirtyRecord {
  /// The line of a row.
  static func line(_ row: DirtyRow, id: Int, job: String, target: TableID?, masking sensitive: Set<String>, time: String) -> SpecValue {
    let isMasked = sensitive.contains(row.column)
    var members: [SpecValue.Member] = [
      .init("id", .integer(id)), .init("time", .string(time)), .init("job", .string(job)), .init("table", .string(row.table.description)),
      .init("database", .string(row.table.database)), .init("node", .string(row.node)), .init("code", .string(row.code)),
      .init("reason", .string(row.reason)), .init("column", .string(row.column)), .init("value", isMasked ? .null : .string(row.value)),
      .init("kind", .string(word(row.kind))),
      .init("key", .object(row.key.sorted { $0.key < $1.key }.map { .init($0.key, sensitive.contains($0.key) ? .null : .string($0.value)) })),
    ]
    if let target { members.append(.init("target", .string(target.description))) }
    if let image = row.row?.masking(sensitive) { members += [.init("row", image.json), .init("types", image.types)] }
    if let position = row.position { members.append(.init("position", .string(position))) }
    if let commitTime = row.commitTime { members.append(.init("commitTime", .integer(Int(commitTime)))) }
    members.append(.init("schemaVersion", .integer(row.schemaVersion)))
    return .object(members)
  }

  static func line(void table: TableID, target: TableID, upTo id: Int, time: String) -> SpecValue {
    .object([
      .init("void", .string(table.description)), .init("database", .string(table.database)), .init("target", .string(target.description)),
      .init("upTo", .integer(id)), .init("time", .string(time)),
    ])
  }

  static func line(_ outcome: RowOutcome, time: String) -> SpecValue {
    .object([
      .init("outcome", .string(outcome.result.rawValue)), .init("id", .integer(outcome.id)), .init("reason", .string(outcome.reason)),
      .init("request", .string(outcome.request)), .init("time", .string(time)),
    ])
  }

  /// Reads a line; `nil` for one that is torn or something else.
  init?(line: some StringProtocol) {
    guard let value = try? JSONReader.read(String(line)) else { return nil }
    if let name = value["void"]?.string, let table = Self.table(name, value), case .integer(let id)? = value["upTo"] {
      self = .void(table, target: value["target"]?.string.flatMap { Self.table($0) }, upTo: id)
      return
    }
    guard case .integer(let id)? = value["id"] else { return nil }
    if let result = value["outcome"]?.string.flatMap(RowOutcome.Result.init(rawValue:)) {
      self = .outcome(RowOutcome(id: id, result: result, reason: value["reason"]?.string ?? "", request: value["request"]?.string ?? ""))
      return
    }
    guard let table = value["table"]?.string.flatMap({ Self.table($0, value) }), let kind = value["kind"]?.string.flatMap(Self.kind) else {
      return nil
    }
    var schemaVersion = 0
    if case .integer(let version)? = value["schemaVersion"] { schemaVersion = version }
    self = .row(
      KeptRow(
        id: id, time: value["time"]?.string ?? "", table: table, target: value["target"]?.string.flatMap { Self.table($0) },
        node: value["node"]?.string ?? "", code: value["code"]?.string ?? "", reason: value["reason"]?.string ?? "",
        column: value["column"]?.string ?? "", kind: kind, image: RowImage(json: value["row"], types: value["types"]), schemaVersion: schemaVersion,
        json: value))
  }

  /// Names may hold dots: the database is told beside the table.
  private static func table(_ name: String, _ value: SpecValue? = nil) -> TableID? {
    if let database = value?["database"]?.string, name.hasPrefix(database + ".") {
      return TableID(database: database, name: String(name.dropFirst(database.count + 1)))
    }
    guard let dot = name.firstIndex(of: ".") else { return nil }
    return TableID(database: String(name[..<dot]), name: String(name[name.index(after: dot)...]))
  }

  private static func word(_ kind: RowKind) -> String {
    switch kind {
    case .insert: "insert"
    case .updateBefore: "updateBefore"
    case .updateAfter: "update"
    case .delete: "delete"
    }
  }

  private static func kind(_ word: String) -> RowKind? {
    switch word {
    case "insert": .insert
    case "updateBefore": .updateBefore
    case "update": .updateAfter
    case "delete": .delete
    default: nil
    }
  }

  static func now() -> String {
    Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}

extension SpecValue {
  var string: String? { if case .string(let text) = self { text } else { nil } }
}
