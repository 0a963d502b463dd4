import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// Logs that were recorded from real servers, whole and damaged.
@Suite struct RecordedLogTests {
  @Test(arguments: RecordedLog.all)
  func `a recorded log says what happened, however the server wrote it`(_ log: RecordedLog) throws {
    let lines = try log.lines()
    let first =
      log.isMariaDB ? #"{"a": [1, 2.5, "x"], "long": "a text that is long enough"}"# : #"{"a": [1, 2.5, "x"], "long": "a text that is long enough"}"#
    let second = first.replacing("2.5", with: "3.5")
    let nulls = "-|-|-|-|-|-|-|-|-"
    let long = "long long long long … 300|-99999999.99|1969-12-31T00:00:00.000000|0001-01-01|c|||[]|0x00000000"
    let expected = [
      "insert 1|one é|1.50|2024-02-29T12:34:56.123456|2024-02-29|b|x,y|é€|\(first)|0x00ff0000", "insert 2|\(nulls)", "insert 3|\(long)",
      "updateAfter 1|one é|2.50|2024-02-29T12:34:56.123456|2024-02-29|b|x,y|é€|\(second)|0x00ff0000", "delete 3|\(long)", "insert 30|\(long)",
      "insert 4|\(nulls)", "delete 2|\(nulls)", "insert 6|six|-|-|-|-|-|-|-|-", "insert 7|\(nulls)|5",
    ]
    let rows = lines.filter { !$0.hasPrefix("#") }
    #expect(rows.prefix(expected.count) == expected[...])
    #expect(rows.count - expected.count == (lines.contains { $0.hasPrefix("# tag tagged 1") } ? 1 : 0))
    let statements = lines.filter { $0.hasPrefix("#") }
    #expect(statements.contains("# XA PREPARE X'6272616e6368',X'70617274',7"))
    #expect(statements.contains("# XA COMMIT X'6272616e6368',X'70617274',7"))
    #expect(statements.contains("# ALTER TABLE goods ADD COLUMN extra INT DEFAULT 5"))
    #expect(statements.contains { $0.hasPrefix("# CREATE TABLE goods (id INT UNSIGNED") && $0.hasSuffix("PRIMARY KEY (id))") })
    #expect(statements.contains("# TRUNCATE TABLE goods"))
  }

  @Test(arguments: RecordedLog.all)
  func `an event cut anywhere is an error that names the place`(_ log: RecordedLog) throws {
    let events = try log.events
    var decoder = BinlogDecoder(file: "log.7")
    let assembly = BinlogTableAssembly(try log.table(isAltered: false), schemaVersion: 1, options: try RecordedLog.options)
    var sequence: Int64 = 0
    for event in events {
      for length in 0..<event.count {
        var cut = Array(event.prefix(length))
        let error = try #require(failure { try decoder.read(cut) { _, _ in } }, "\(length) bytes of \(event.count)")
        #expect(error.kind == .sourceLogDamaged)
        // The same with a length that fits: no checksum is right then, and without one a part is missing.
        guard length >= 19 else { continue }
        for index in 0..<4 { cut[9 + index] = UInt8(truncatingIfNeeded: length >> (index * 8)) }
        var other = decoder
        let second = failure {
          try other.read(cut) { _, event in
            if case .rows(let rows) = event { try assembly.append(rows, sequence: &sequence, position: nil, dirty: { _ in }) }
          }
        }
        if let second { #expect(second.place.position?.hasPrefix("log.7") == true, "\(second)") }
      }
      try decoder.read(event) { _, _ in }
    }
  }

  @Test(arguments: RecordedLog.all.filter { !$0.description.hasSuffix("plain") && $0.description != "mariadb-compressed" })
  func `a changed byte is found by the checksum`(_ log: RecordedLog) throws {
    var random = SeededRandom(seed: 17)
    var decoder = BinlogDecoder()
    for event in try log.events {
      for _ in 0..<20 {
        var damaged = event
        let place = Int.random(in: 0..<event.count, using: &random)
        // The flag of an open file is no part of what is checked.
        if event[4] == 15, place == 17 { continue }
        damaged[place] ^= UInt8.random(in: 1...255, using: &random)
        var copy = decoder
        #expect(failure { try copy.read(damaged) { _, _ in } } != nil, "type \(event[4]), byte \(place)")
      }
      try decoder.read(event) { _, _ in }
    }
  }

  @Test(arguments: RecordedLog.all.filter { $0.description.hasSuffix("plain") || $0.description == "mariadb-compressed" })
  func `random damage without checksums ends in errors or odd rows and nothing worse`(_ log: RecordedLog) throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    let table = try log.table(isAltered: false)
    let options = try RecordedLog.options
    var errors = 0
    for _ in 0..<300 {
      var decoder = BinlogDecoder()
      var sequence: Int64 = 0
      let assembly = BinlogTableAssembly(table, schemaVersion: 1, options: options)
      for event in try log.events {
        var damaged = event
        if Int.random(in: 0..<3, using: &random) == 0 {
          for _ in 0..<Int.random(in: 1...4, using: &random) {
            damaged[Int.random(in: 19..<max(event.count, 20), using: &random) % event.count] = UInt8.random(in: 0...255, using: &random)
          }
        }
        let error = failure {
          try decoder.read(damaged) { _, event in
            if case .rows(let rows) = event { try assembly.append(rows, sequence: &sequence, position: nil, dirty: { _ in }) }
            if case .query(let query) = event { _ = query.isOnly("BEGIN") }
          }
        }
        if error != nil { errors += 1 }
      }
      if let batch = assembly.finish() { for row in 0..<batch.rowCount { for column in batch.rows.columns { _ = cell(column, row) } } }
    }
    #expect(errors > 100, "seed \(SeededRandom.processSeed)")
  }
}
