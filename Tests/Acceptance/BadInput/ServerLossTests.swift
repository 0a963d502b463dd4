import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct ServerLossTests {
  let server: DatabaseServer
  let source: CrashSource

  init() throws {
    server = try DatabaseServer(.mariadb)
    source = try CrashSource(on: server, scale: 100)
  }

  @Test("A server that is killed while it is read and comes back costs nothing but time", arguments: LakeFormatName.allCases)
  func serverComesBack(_ format: LakeFormatName) throws {
    let load = try CrashLoad(source, into: format, CrashLoad.ofSeconds)
    let process = try load.job.start()
    try load.waitForCheckpoint(1, of: process)
    try server.kill()
    try Self.waitForNotice(of: process)
    try server.restart()
    let outcome = try process.wait()
    #expect(outcome.exitCode == 0, "\(outcome)")
    try load.expectExact()
  }

  @Test("A server that is killed at random moments, again and again, costs nothing but time")
  func randomMoments() throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    for round in 0..<4 {
      let load = try CrashLoad(source)
      let process = try load.job.start()
      try load.waitForCheckpoint(1, of: process)
      let seconds = process.processorSeconds + .random(in: 0...0.5, using: &random)
      try Deadline.wait(for: "the moment of the loss") { process.hasEnded || process.processorSeconds >= seconds }
      try server.kill()
      try server.restart()
      let outcome = try process.wait()
      let comment = "seed \(SeededRandom.processSeed), round \(round), at \(seconds) s"
      #expect(outcome.exitCode == 0, "\(comment) \(outcome)")
      try load.expectExact(comment)
    }
  }

  @Test("A server that stays away ends the run with 3 when its patience is over; when it is back, the next run finishes the load")
  func serverStaysAway() throws {
    let load = try CrashLoad(source, CrashLoad.ofSeconds.merging(["settings": ["retry": "1s"]]))
    let process = try load.job.start()
    try load.waitForCheckpoint(1, of: process)
    try server.kill()
    let outcome = try process.wait(within: .seconds(180))
    #expect(outcome.exitCode == 3, "\(outcome)")
    #expect([.sourceConnectionLost, .sourceUnreachable].map(\ErrorKind.name).contains(outcome.errorKind), "\(outcome)")
    #expect(outcome.errors.contains("127.0.0.1:\(server.port)"), "\(outcome)")
    try load.job.run(within: .seconds(180)).expectRefused(3, .sourceUnreachable, "127.0.0.1:\(server.port)")
    try server.restart()
    try load.finish()
  }

  @Test("A run that waits for its server stops on a signal")
  func stopWhileAway() throws {
    let load = try CrashLoad(source, CrashLoad.ofSeconds.merging(["settings": ["retry": "10m"]]))
    let process = try load.job.start()
    try load.waitForCheckpoint(1, of: process)
    try server.kill()
    try Self.waitForNotice(of: process)
    process.send(SIGTERM)
    let outcome = try process.wait(within: .seconds(180))
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try outcome.lines().last?["outcome"]?.text == "stopped", "\(outcome)")
    try server.restart()
    try load.finish()
  }

  /// The run says that it waits for the server, or is over.
  private static func waitForNotice(of process: SluiceProcess) throws {
    try Deadline.wait(for: "a notice") { process.hasEnded || process.output.contains("trying again") }
    #expect(!process.hasEnded, "\(process.output) \(process.errors)")
  }
}
