internal import Foundation
internal import SluiceCore

/// Smoothed rates of a run, from its reports.
struct RunRates: Sendable {
  private(set) var rows = 0.0
  private(set) var bytes = 0.0
  /// Row changes of the stream.
  private(set) var changes = 0.0
  private(set) var tableRows: [Double] = []
  private var last: RunReport?
  private let started: (rows: Int, seconds: Double)
  /// After so many seconds a rate has forgotten two thirds of the past.
  private static let memory = 4.0

  init(rowsBefore: Int) {
    started = (rowsBefore, 0)
  }

  mutating func add(_ report: RunReport) {
    let before = last
    let elapsed = report.seconds - (before?.seconds ?? 0)
    guard elapsed > 0.01 else { return }
    last = report
    // The mean of the whole run at first, so that the first figures are no outliers.
    let weight = 1 - exp(-elapsed / min(Self.memory, max(report.seconds, elapsed)))
    rows += weight * (Double(report.rows - (before?.rows ?? started.rows)) / elapsed - rows)
    bytes += weight * (Double(report.bytes - (before?.bytes ?? 0)) / elapsed - bytes)
    changes += weight * (Double((report.stream?.changes ?? 0) - (before?.stream?.changes ?? 0)) / elapsed - changes)
    if tableRows.count != report.tables.count { tableRows = Array(repeating: 0, count: report.tables.count) }
    guard let before, before.tables.count == report.tables.count else { return }
    for index in report.tables.indices {
      let speed = Double(report.tables[index].rows - before.tables[index].rows) / elapsed
      tableRows[index] += weight * (speed - tableRows[index])
    }
  }

  /// Seconds until all tables are read, by the estimates; `nil` when they say nothing.
  func remaining(_ report: RunReport) -> Double? {
    let left = report.tables.reduce(0) { $0 + ($1.isRead ? 0 : max(0, $1.estimatedRows - $1.rows)) }
    guard rows > 1, left > 0, report.seconds > 2 else { return nil }
    let seconds = Double(left) / rows
    return seconds < 1 ? nil : seconds
  }
}

extension RunReport.TableProgress {
  /// Whether nothing is left to read.
  var isRead: Bool { phase == .copied || phase == .aligned }

  var isBusy: Bool { activeReaders > 0 || phase == .copying }

  /// 0...1 by the source's estimate; only a table that is read is full.
  var fraction: Double {
    if isRead { return 1 }
    guard estimatedRows > 0 else { return 0 }
    return min(0.99, Double(rows) / Double(estimatedRows))
  }
}
