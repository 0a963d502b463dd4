/// A bar of a given width, filled by a fraction.
struct ProgressBar {
  let width: Int
  let isUnicode: Bool
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// The filled part and the track after it, `width` cells together.
  func parts(_ fraction: Double) -> (filled: String, track: String) {
    let exact = max(0, min(1, fraction)) * Double(width)
    if !isUnicode {
      let full = Int(exact)
      return (String(repeating: "#", count: full), String(repeating: ".", count: width - full))
    }
    let steps = Int((exact * 8).rounded(.down))
    let edge = Self.eighths[steps % 8]
    let filled = String(repeating: "█", count: steps / 8) + edge
    return (filled, String(repeating: "░", count: width - steps / 8 - (edge.isEmpty ? 0 : 1)))
  }
}
