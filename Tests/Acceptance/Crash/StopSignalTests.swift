import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct StopSignalTests {
  @Test("A signal ends a run after its checkpoint, with 0, and the next run finishes the load", arguments: [SIGTERM, SIGINT, SIGHUP])
  func firstSignal(_ signal: Int32) throws {
    let load = try CrashLoad(.large(), CrashLoad.ofSeconds)
    let process = try load.job.start()
    try load.waitForCheckpoint(1, of: process)
    process.send(signal)
    let outcome = try process.wait()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(outcome.errors.contains("finishing the checkpoint"))
    let summary = try #require(try outcome.lines().last)
    #expect(summary["event"]?.text == "summary" && summary["outcome"]?.text == "stopped", "\(outcome)")
    let rows = summary["rowsInAllRuns"]?.integer ?? 0
    #expect(rows > 0 && rows < load.source.tables.reduce(0) { $0 + $1.rows })
    try load.finish()
  }

  @Test("A second signal ends a run at once with 130, and the next run finishes the load")
  func secondSignal() throws {
    let load = try CrashLoad(.large(), CrashLoad.ofSeconds)
    let process = try load.job.start()
    try load.waitForCheckpoint(1, of: process)
    // Both are there when it goes on, so that it cannot end between them.
    process.send(SIGSTOP)
    process.send(SIGTERM)
    process.send(SIGINT)
    process.send(SIGCONT)
    let outcome = try process.wait()
    #expect(outcome.exitCode == 130, "\(outcome)")
    try load.finish()
  }

  @Test("A run that is stopped again and again gets to its end")
  func manyStops() throws {
    let load = try CrashLoad(.large(), CrashLoad.ofSeconds)
    for number in 1...4 {
      let process = try load.job.start()
      try load.waitForCheckpoint(number * 2, of: process)
      process.send(SIGTERM)
      #expect(try process.wait().exitCode == 0)
    }
    try load.finish()
  }

  @Test("A time limit ends a run as a signal does")
  func timeLimit() throws {
    let load = try CrashLoad(.large(), CrashLoad.ofSeconds)
    let outcome = try load.job.run(["--until", "200ms"])
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try outcome.lines().last?["outcome"]?.text == "stopped", "\(outcome)")
    try load.finish()
  }
}
