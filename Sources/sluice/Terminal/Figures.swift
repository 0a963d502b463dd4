internal import Foundation

/// Numbers for people.
enum Figures {
  /// `10,431,200`
  static func exact(_ number: Int) -> String {
    var groups: [Substring] = []
    var digits = Substring(String(number.magnitude))
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits = digits.dropLast(3)
    }
    groups.insert(digits, at: 0)
    return (number < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// `10.4 M`, `512 k`, `980`
  static func short(_ number: Double) -> String {
    scaled(number, ["", "k", "M", "G", "T"], by: 1000)
  }

  static func short(_ number: Int) -> String { short(Double(number)) }

  /// `3.2 GB`
  static func bytes(_ count: Double) -> String {
    scaled(count, ["B", "kB", "MB", "GB", "TB", "PB"], by: 1000)
  }

  static func bytes(_ count: Int) -> String { bytes(Double(count)) }

  /// `182 MiB`
  static func memory(_ count: Int) -> String {
    scaled(Double(count), ["B", "KiB", "MiB", "GiB", "TiB"], by: 1024)
  }

  /// `0:07`, `12:05`, `1:02:05`
  static func clock(_ seconds: Double) -> String {
    let total = Int(max(0, min(seconds, 359_999)).rounded())
    let minutes = String(format: "%d:%02d", total / 60 % 60, total % 60)
    return total < 3600 ? minutes : String(format: "%d:%02d:%02d", total / 3600, total / 60 % 60, total % 60)
  }

  /// `0.42 s`, `21.3 s`, `12:05`
  static func seconds(_ seconds: Double) -> String {
    if seconds < 10 { return String(format: "%.2f s", seconds) }
    return seconds < 120 ? String(format: "%.1f s", seconds) : clock(seconds)
  }

  /// `1 table`, `12 tables`
  static func count(_ number: Int, _ noun: String) -> String {
    "\(exact(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Three digits at least, a fraction below ten and hundred.
  private static func scaled(_ number: Double, _ units: [String], by base: Double) -> String {
    var value = max(number, 0)
    var unit = 0
    while value >= base * 0.9995 && unit < units.count - 1 {
      value /= base
      unit += 1
    }
    let digits = unit > 0 && value < 99.95 ? 1 : 0
    return String(format: "%.\(digits)f", value) + (units[unit].isEmpty ? "" : " " + units[unit])
  }
}
