import Foundation
import TestKit

extension SluiceProcess {
  /// Seconds of processor time that its threads have used. A measure of how far it is, on a busy machine as on an idle one.
  var processorSeconds: Double {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/task")) ?? []
    return threads.reduce(0) { sum, thread in
      let text = (try? String(contentsOfFile: "/proc/\(identifier)/task/\(thread)/schedstat", encoding: .utf8)) ?? ""
      return sum + (text.split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1e9
    }
  }
}
