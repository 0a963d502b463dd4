internal import SluiceCore

/// Shows a run while it lasts. Called from one thread at a time.
protocol RunView: AnyObject, Sendable {
  func show(_ look: RunLook)

  /// Takes away what must not stay when the run is over.
  func close()

  /// Leaves the terminal as it was found, from whatever thread, and for good unless `resume` is called.
  func restoreTerminal()

  func resume()
}

/// What there is to show at one moment.
struct RunLook: Sendable {
  /// `nil` until the runner reports for the first time.
  var report: RunReport?
  var seconds: Double
  var rates: RunRates
  /// What the user was told about the end of the run.
  var stopping: String?
}
