internal import Foundation

/// What this process has used so far.
struct ProcessorUsage: Sendable {
  let processorSeconds: Double
  let peakBytes: Int

  static func now() -> ProcessorUsage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ProcessorUsage(processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), peakBytes: Int(usage.ru_maxrss) * 1024)
  }
}
