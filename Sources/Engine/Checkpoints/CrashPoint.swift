internal import Foundation

/// Named places where a test ends the process as `kill -9` would: `SLUICE_CRASH_AT=name` or `name:n` for the n-th time it is reached.
enum CrashPoint {
  private static let wanted: (name: String, count: Int)? = {
    guard let text = ProcessInfo.processInfo.environment["SLUICE_CRASH_AT"], !text.isEmpty else { return nil }
    let parts = text.split(separator: ":")
    return (String(parts[0]), parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
  }()
  private static let reached = Monitor(0)

  static func reach(_ name: String) {
    guard let wanted, wanted.name == name else { return }
    let count = reached.update { count in
      count += 1
      return count
    }
    if count == wanted.count { kill(getpid(), SIGKILL) }
  }
}
