internal import Foundation
internal import SluiceCore
internal import Synchronization

/// Shows a run to programs: one JSON line at each look, with the tables that changed since the last one.
final class ProgressLines: RunView {
  private let shown = Mutex<[String: String]>([:])

  func show(_ look: RunLook) {
    guard let report = look.report else { return }
    var members: [SpecValue.Member] = [
      .init("event", .string("progress")), .init("time", .string(Self.time())), .init("job", .string(report.job)),
      .init("rows", .integer(report.rows)), .init("rowsPerSecond", .integer(Int(look.rates.rows))), .init("bytes", .integer(report.bytes)),
      .init("fileBytes", .integer(report.fileBytes)), .init("dirtyRows", .integer(report.dirtyRows)),
      .init("residentBytes", .integer(report.residentBytes)), .init("checkpoint", .integer(Int(report.checkpoint))),
      .init("tables", .array(changed(report.tables))),
    ]
    if let stream = report.stream { members.append(.init("stream", Self.value(stream))) }
    if !report.dirtyReasons.isEmpty { members.append(.init("dirtyReasons", Self.value(report.dirtyReasons))) }
    if let flow = report.flow { members.append(.init("flow", Self.value(flow))) }
    if let notice = report.notice { members.append(.init("notice", .string(notice))) }
    if look.stopping != nil { members.append(.init("stopping", .boolean(true))) }
    Output.line(JSONText.compact(.object(members)))
  }

  func close() {}
  func restoreTerminal() {}
  func resume() {}

  static func time() -> String {
    Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  static func value(_ table: RunReport.TableProgress) -> SpecValue {
    .object([
      .init("table", .string(table.source.description)), .init("target", .string(table.target.description)),
      .init("phase", .string(table.phase.rawValue)), .init("rows", .integer(table.rows)),
      .init("estimatedRows", .integer(table.estimatedRows)), .init("dirtyRows", .integer(table.dirtyRows)),
      .init("inserts", .integer(table.inserts)), .init("updates", .integer(table.updates)), .init("deletes", .integer(table.deletes)),
      .init("schemaChanges", .integer(table.schemaChanges)),
    ])
  }

  /// How far the log is read: seconds are those since the commit at the source.
  static func value(_ stream: RunReport.StreamProgress) -> SpecValue {
    var members: [SpecValue.Member] = [
      .init("position", .string(stream.position.text)), .init("changes", .integer(stream.changes)),
    ]
    if let bytes = stream.bytesBehind { members.append(.init("bytesBehind", .integer(bytes))) }
    if let seconds = stream.secondsBehind { members.append(.init("secondsBehind", .number(seconds))) }
    if let seconds = stream.freshness { members.append(.init("freshness", .number(seconds))) }
    if let seconds = stream.checkpointSeconds { members.append(.init("checkpointSeconds", .number(seconds))) }
    return .object(members)
  }

  /// Dirty rows by the code of their reason.
  static func value(_ reasons: [String: Int]) -> SpecValue {
    .object(reasons.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) })
  }

  /// How the run is held back.
  static func value(_ flow: RunReport.FlowProgress) -> SpecValue {
    var members: [SpecValue.Member] = []
    if let rows = flow.speed.rowsPerSecond { members.append(.init("rowsPerSecond", .integer(rows))) }
    if let bytes = flow.speed.bytesPerSecond { members.append(.init("bytesPerSecond", .integer(bytes))) }
    if let reason = flow.copyRests { members.append(.init("copyRests", .string(reason))) }
    if let reason = flow.streamRests { members.append(.init("streamRests", .string(reason))) }
    if let threads = flow.threadsRunning { members.append(.init("threadsRunning", .integer(threads))) }
    if let lag = flow.replicationLag { members.append(.init("replicationLag", lag.isFinite ? .number(lag) : .null)) }
    return .object(members)
  }

  private func changed(_ tables: [RunReport.TableProgress]) -> [SpecValue] {
    shown.withLock { shown in
      tables.compactMap { table in
        let value = Self.value(table)
        let text = JSONText.compact(value)
        return shown.updateValue(text, forKey: table.source.description) == text ? nil : value
      }
    }
  }
}
