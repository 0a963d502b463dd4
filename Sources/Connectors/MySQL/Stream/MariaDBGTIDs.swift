/// How far MariaDB's log was read in each domain: `0-1-25,2-1-7` (domain, server, sequence number).
struct MariaDBGTIDs: Hashable, Sendable, CustomStringConvertible {
  struct Last: Hashable, Sendable {
    let server: UInt32
    let sequence: UInt64
  }

  /// By domain.
  private(set) var last: [UInt32: Last] = [:]

  init() {}

  /// Reads the server's spelling; `nil` when it is none. Of several of one domain the one with the highest number counts.
  init?(_ text: String) {
    for item in text.filter({ !$0.isWhitespace }).split(separator: ",") {
      let parts = item.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, let domain = UInt32(parts[0]), let server = UInt32(parts[1]), let sequence = UInt64(parts[2]) else { return nil }
      if let known = last[domain], known.sequence > sequence { continue }
      last[domain] = Last(server: server, sequence: sequence)
    }
  }

  var isEmpty: Bool { last.isEmpty }

  /// A transaction was read.
  mutating func insert(domain: UInt32, server: UInt32, sequence: UInt64) {
    last[domain] = Last(server: server, sequence: sequence)
  }

  /// Takes the place that is further on in each domain.
  mutating func formUnion(_ other: MariaDBGTIDs) {
    for (domain, place) in other.last where place.sequence > last[domain]?.sequence ?? 0 { last[domain] = place }
  }

  /// Whether all that is before `other` is before this, too.
  func hasReached(_ other: MariaDBGTIDs) -> Bool {
    other.last.allSatisfy { domain, place in last[domain].map { $0.sequence >= place.sequence } ?? false }
  }

  var description: String {
    last.keys.sorted().map { domain in "\(domain)-\(last[domain]?.server ?? 0)-\(last[domain]?.sequence ?? 0)" }.joined(separator: ",")
  }
}
