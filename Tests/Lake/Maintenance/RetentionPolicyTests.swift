import Testing

@testable import SluiceLake

@Suite struct RetentionPolicyTests {
  private func policy(_ options: [String: String]) -> RetentionPolicy {
    RetentionPolicy(
      TableSchema(
        id: 0, fields: [], highestFieldId: -1, partitionKeys: [], primaryKeys: [], options: options, comment: nil, timeMillis: 0))
  }

  /// One snapshot a minute, the newest just made.
  private func firstKept(_ policy: RetentionPolicy, of count: Int64) -> Int64 {
    policy.firstKept(earliest: 1, latest: count, now: count * 60_000) { $0 * 60_000 }
  }

  @Test("by default an hour is kept, and ten snapshots in any case")
  func defaults() {
    #expect(firstKept(policy([:]), of: 5) == 1)
    #expect(firstKept(policy([:]), of: 61) == 1)
    #expect(firstKept(policy([:]), of: 100) == 40)
    #expect(firstKept(policy(["snapshot.time-retained": "1 s"]), of: 100) == 91)
  }

  @Test("a table's options decide, and a span that is not understood makes nothing go")
  func options() {
    #expect(firstKept(policy(["snapshot.num-retained.max": "20"]), of: 100) == 81)
    #expect(firstKept(policy(["snapshot.num-retained.min": "2", "snapshot.time-retained": "5min"]), of: 100) == 95)
    #expect(firstKept(policy(["snapshot.num-retained.min": "2", "snapshot.time-retained": "0"]), of: 100) == 99)
    #expect(firstKept(policy(["snapshot.time-retained": "a while"]), of: 100) == 1)
    #expect(firstKept(policy(["snapshot.num-retained.min": "50", "snapshot.num-retained.max": "20"]), of: 100) == 51)
  }

  @Test("a snapshot that is not there ends the search")
  func gap() {
    #expect(policy([:]).firstKept(earliest: 1, latest: 500, now: .max) { $0 < 7 ? 0 : nil } == 7)
  }

  @Test("spans are read in Paimon's units")
  func spans() {
    let spans: [(String, Int64?)] = [
      ("1 h", 3_600_000), ("90min", 5_400_000), ("2 days", 172_800_000), ("500", 500), ("7 s", 7000), ("", nil), ("h", nil), ("1 fortnight", nil),
      ("99999999999999999999 s", nil), ("9999999999999999 d", nil),
    ]
    for (text, expected) in spans { #expect(RetentionPolicy.milliseconds(text) == expected, "\(text)") }
  }
}
