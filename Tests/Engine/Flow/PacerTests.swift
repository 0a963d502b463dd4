import SluiceCore
import TestKit
import Testing

@testable import SluiceEngine

@Suite struct PacerTests {
  /// Lets rows pass for some seconds of a clock of its own, by somebody who comes `late` seconds too late each time; answers the moments.
  private static func passes(_ limit: SpeedLimit, seconds: Double, rowBytes: Int = 100, late: (Int) -> Double) -> [(time: Double, rows: Int)] {
    var pacer = Pacer(limit)
    var time = 100.0
    var passes: [(time: Double, rows: Int)] = []
    while time < 100 + seconds {
      let rows = pacer.step(rowBytes: rowBytes)
      time += pacer.pass(rows: rows, bytes: rows * rowBytes, at: time)
      time += late(passes.count)
      passes.append((time, rows))
    }
    return passes
  }

  @Test(
    "no second sees more than 1.1 times its share, whether the rows come in time, late, or after a pause", arguments: [50, 1_000, 5_000, 123_456])
  func smooth(_ rate: Int) {
    var random = SeededRandom(seed: 5)
    let latenesses: [(Int) -> Double] = [
      { _ in 0 }, { _ in 0.004 }, { $0 % 50 == 49 ? 2 : 0 }, { _ in Double.random(in: 0...0.03, using: &random) },
    ]
    for late in latenesses {
      let passes = Self.passes(SpeedLimit(rowsPerSecond: rate), seconds: 20, late: late)
      var first = 0
      var inWindow = 0
      for (index, pass) in passes.enumerated() {
        inWindow += pass.rows
        while passes[first].time <= pass.time - 1 {
          inWindow -= passes[first].rows
          first += 1
        }
        #expect(Double(inWindow) <= 1.1 * Double(rate), "rows of the second before pass \(index)")
      }
    }
  }

  @Test("somebody who comes a little late each time gets the whole speed all the same")
  func madeUpFor() {
    let passes = Self.passes(SpeedLimit(rowsPerSecond: 2_000), seconds: 20) { _ in 0.01 }
    let rows = passes.reduce(0) { $0 + $1.rows }
    #expect(abs(Double(rows) / 20 - 2_000) < 100)
  }

  @Test("bytes are held to their limit as rows are, and the tighter one counts")
  func bytes() {
    let passes = Self.passes(SpeedLimit(rowsPerSecond: 1_000_000, bytesPerSecond: 50_000), seconds: 10) { _ in 0 }
    #expect(abs(passes.reduce(0) { $0 + $1.rows } * 100 / 10 - 50_000) < 5_000)
    #expect(SpeedLimit(rowsPerSecond: 5, bytesPerSecond: 9).tightened(by: .init(rowsPerSecond: 7)) == SpeedLimit(rowsPerSecond: 5, bytesPerSecond: 9))
  }

  @Test("another limit holds at once")
  func change() {
    var pacer = Pacer(SpeedLimit(rowsPerSecond: 1))
    for _ in 0..<30 { _ = pacer.pass(rows: 1, bytes: 1, at: 0) }
    pacer.set(SpeedLimit(rowsPerSecond: 1_000), at: 10)
    #expect(pacer.pass(rows: 25, bytes: 1, at: 10) <= 1)
    pacer.set(SpeedLimit(), at: 12)
    #expect(pacer.step(rowBytes: 1) == .max)
  }

  @Test("a source that is too busy is left alone until it is well below the limit")
  func gate() {
    var gate = LoadGate(SourceLoadLimit(threadsRunning: 20, resumeThreadsRunning: 10, replicationLag: 30))
    var closed: [Bool] = []
    for threads in [5, 20, 21, 15, 11, 10, 15, 20, 25] {
      gate.note(SourceLoad(threadsRunning: threads, replicationLag: nil))
      closed.append(gate.reason != nil)
    }
    #expect(closed == [false, false, true, true, true, false, false, false, true])
    gate.note(SourceLoad(threadsRunning: 1, replicationLag: 31))
    #expect(gate.reason != nil, "it is closed, and the other limit keeps it so")
    gate.note(SourceLoad(threadsRunning: 1, replicationLag: 15))
    #expect(gate.reason == nil)
    gate.note(SourceLoad(threadsRunning: nil, replicationLag: .infinity))
    #expect(gate.reason?.contains("does not replicate") == true)
  }
}
