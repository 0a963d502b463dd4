internal import SluiceCore

/// What one bar of the live view shows: a table, or all of them.
struct LiveBar {
  let name: String
  let isTotal: Bool
  let isDone: Bool
  let fraction: Double
  private let rows: Int
  private let estimate: Int
  private let speed: Double
  private let isWaiting: Bool

  init(_ table: RunReport.TableProgress, speed: Double) {
    name = table.source.description
    isTotal = false
    isDone = table.isRead
    fraction = table.fraction
    rows = table.rows
    estimate = table.estimatedRows
    self.speed = table.isRead ? 0 : speed
    isWaiting = table.phase == .waiting
  }

  init(total report: RunReport, speed: Double) {
    name = "total"
    isTotal = true
    isDone = report.tables.allSatisfy(\.isRead)
    rows = report.rows
    // What a table that is read really held replaces its estimate.
    estimate = report.tables.reduce(0) { $0 + ($1.isRead ? $1.rows : max($1.estimatedRows, $1.rows)) }
    fraction = isDone ? 1 : estimate == 0 ? 0 : min(0.99, Double(rows) / Double(estimate))
    self.speed = speed
    isWaiting = false
  }

  /// What stands after the bar, in columns of fixed width: percent and rows, then as many of estimate and speed as `room` holds.
  func tail(room: Int) -> [String] {
    let percent = isWaiting || (estimate == 0 && !isDone) ? "" : "\(Int(fraction * 100))%"
    let estimated = isDone || estimate == 0 ? "" : " of ~\(Figures.short(estimate))"
    let rate = speed >= 1 && !isTotal ? "\(Figures.short(speed))/s" : ""
    let parts = [
      TextWidth.pad(percent, to: 4, right: true), TextWidth.pad(isWaiting ? "" : Figures.short(rows), to: 9, right: true),
      TextWidth.pad(estimated, to: 12), TextWidth.pad(rate, to: 11, right: true),
    ]
    let fitting = [36, 25].firstIndex { $0 <= room }.map { 4 - $0 } ?? 2
    return Array(parts.prefix(fitting))
  }
}
