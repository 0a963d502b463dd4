/// Reads durations and sizes as people write them.
public enum MeasureText {
  private static let durations: [(unit: String, seconds: Double)] = [
    ("ms", 0.001), ("s", 1), ("m", 60), ("min", 60), ("h", 3600), ("d", 86_400),
  ]
  private static let sizes: [(unit: String, bytes: Double)] = [
    ("b", 1), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824),
    ("tib", 1_099_511_627_776),
  ]

  /// Seconds of `"500ms"`, `"5s"`, `"1h30m"`; `nil` for any other text.
  public static func seconds(_ text: String) -> Double? {
    var total = 0.0
    var rest = Substring(text)
    repeat {
      guard let (number, unit) = takePart(&rest), let scale = durations.first(where: { $0.unit == unit }) else { return nil }
      total += number * scale.seconds
    } while !rest.isEmpty
    return total
  }

  /// Bytes of `"64KB"`, `"512MiB"`, `"1.5 GiB"`; `nil` for any other text.
  public static func bytes(_ text: String) -> Int? {
    var rest = Substring(text)
    guard let (number, unit) = takePart(&rest), rest.isEmpty else { return nil }
    guard let scale = sizes.first(where: { $0.unit == unit.lowercased() }) else { return nil }
    let total = number * scale.bytes
    return total < 9e18 ? Int(total) : nil
  }

  /// A number and the unit after it, taken off the front.
  private static func takePart(_ text: inout Substring) -> (number: Double, unit: String)? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number.isFinite else { return nil }
    text = text.dropFirst(digits.count).drop { $0 == " " }
    let unit = text.prefix { $0.isASCII && $0.isLetter }
    text = text.dropFirst(unit.count)
    return unit.isEmpty ? nil : (number, String(unit))
  }
}
