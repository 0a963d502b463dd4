internal import SluiceCore

extension MySQLGTIDSet: CustomStringConvertible {
  /// Reads the server's spelling, `uuid:1-5:7:tag:1-3,uuid:…`, with blanks and line breaks anywhere; `nil` when it is none.
  init?(_ text: String) {
    self.init()
    for group in text.filter({ !$0.isWhitespace }).split(separator: ",") {
      let parts = group.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count > 1, let uuid = Self.uuid(parts[0]) else { return nil }
      var source = Source(high: uuid.high, low: uuid.low, tag: "")
      for part in parts.dropFirst() {
        if let first = part.first, first.isASCII, first.isNumber {
          guard let range = Self.interval(part) else { return nil }
          insert(source, range)
        } else {
          guard Self.isTag(part) else { return nil }
          source = Source(high: uuid.high, low: uuid.low, tag: part.lowercased())
        }
      }
    }
  }

  /// As the server spells it, without blanks: sources in order, tags after the numbers without one.
  var description: String {
    var text = ""
    var last: Source?
    for source in intervals.keys.sorted() {
      if let last, last.high == source.high, last.low == source.low {
        text += ":\(source.tag)"
      } else {
        text += (text.isEmpty ? "" : ",") + Self.uuidText(source) + (source.tag.isEmpty ? "" : ":\(source.tag)")
      }
      last = source
      for range in intervals[source] ?? [] {
        text += range.count == 1 ? ":\(range.lowerBound)" : ":\(range.lowerBound)-\(range.upperBound)"
      }
    }
    return text
  }

  static func uuid(_ text: Substring) -> (high: UInt64, low: UInt64)? {
    let digits = text.filter { $0 != "-" }
    guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16), let low = UInt64(digits.dropFirst(16), radix: 16) else {
      return nil
    }
    return (high, low)
  }

  static func uuidText(_ source: Source) -> String {
    func hex(_ number: UInt64) -> String {
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    let high = hex(source.high)
    let low = hex(source.low)
    return "\(high.prefix(8))-\(high.dropFirst(8).prefix(4))-\(high.dropFirst(12))-\(low.prefix(4))-\(low.dropFirst(4))"
  }

  private static func interval(_ text: Substring) -> ClosedRange<UInt64>? {
    let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
    guard bounds.count <= 2, let first = bounds.first.flatMap({ UInt64($0) }), let last = bounds.last.flatMap({ UInt64($0) }) else { return nil }
    return first >= 1 && last >= first && last < UInt64(Int64.max) ? first...last : nil
  }

  private static func isTag(_ text: Substring) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a || $0 >= 0x30 && $0 <= 0x39 }
  }
}
