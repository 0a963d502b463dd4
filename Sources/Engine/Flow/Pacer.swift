internal import SluiceCore

/// Spreads rows evenly over time. A value: the time is told to it.
///
/// Rows pass in steps of a fortieth of a second's worth. Each step moves the moment of the next one; a step that comes late may be made up for,
/// but only for a twentieth of a second, so that no second sees more than 1.1 times its share.
struct Pacer {
  private(set) var limit: SpeedLimit
  private var next = 0.0

  private static let stepsPerSecond = 40.0
  private static let longestDebt = 0.05

  init(_ limit: SpeedLimit) {
    self.limit = limit
  }

  /// Takes effect for what comes from now on.
  mutating func set(_ limit: SpeedLimit, at time: Double) {
    self.limit = limit
    next = min(next, time + 1)
  }

  /// The most rows of about so many bytes each that pass at once.
  func step(rowBytes: Int) -> Int {
    var rows = Double.infinity
    if let limit = limit.rowsPerSecond { rows = Double(limit) / Self.stepsPerSecond }
    if let limit = limit.bytesPerSecond { rows = min(rows, Double(limit) / Self.stepsPerSecond / Double(max(rowBytes, 1))) }
    return rows >= 1_000_000 ? .max : max(1, Int(rows))
  }

  /// Lets rows pass: answers how many seconds they have to wait before.
  mutating func pass(rows: Int, bytes: Int, at time: Double) -> Double {
    let byRows = limit.rowsPerSecond.map { Double(rows) / Double($0) } ?? 0
    let byBytes = limit.bytesPerSecond.map { Double(bytes) / Double($0) } ?? 0
    let start = max(next, time - Self.longestDebt)
    next = start + max(byRows, byBytes)
    return max(0, start - time)
  }
}
