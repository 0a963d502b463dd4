import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct FlowTests {
  @Test("A copy and a stream move at the speed of the spec, and take another one from the command line")
  func speed() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(40)); INSERT INTO t SELECT n, 'some text' FROM \(TestDatabase.numbers(below: 6_000))")
    let job = try FollowingJob(from: database, ["source": ["speed": ["rowsPerSecond": 2_000]], "settings": ["speed": ["rowsPerSecond": 50_000]]])
    let started = ContinuousClock.now
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    let seconds = Double((ContinuousClock.now - started).components.seconds) + 1
    // The copy alone takes three seconds: a limit that does not hold shows as a run that is done too early.
    #expect(6_000 / seconds <= 2_200, "6,000 rows in \(seconds) s")
    print("copy: \(Int(6_000 / seconds)) rows/s at 2000, begin and checkpoints included")
    #expect(try SluiceProcess.run(["speed", job.job.specPath, "--rows", "1000"]).exitCode == 0)
    try Deadline.wait(for: "the new speed") { process.output.contains("\"flow\":{\"rowsPerSecond\":1000}") }
    let before = ContinuousClock.now
    try database.execute("UPDATE t SET v = 'other' WHERE id < 3000")
    try job.waitUntilCaughtUp(process)
    let taken = Double((ContinuousClock.now - before).components.seconds) + 1
    #expect(3_000 / taken <= 1_100, "3,000 changes in \(taken) s")
    #expect(try SluiceProcess.run(["speed", job.job.specPath, "--unlimited"]).exitCode == 0)
    try job.stop(process)
    let comparison = try job.lake.table(database, "t").compare(with: "t", in: database, keys: ["id"])
    #expect(comparison.isEqual, "\(comparison)")
  }

  @Test("Outside of its windows the copy rests and the stream goes on")
  func windows() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)")
    // A window on another day than today, and not yesterday's that lasts until today.
    let today = (Calendar(identifier: .gregorian).dateComponents(in: .gmt, from: Date()).weekday ?? 1) - 1
    let other = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][(today + 3) % 7]
    let window: SpecValue = ["from": "00:00", "to": "24:00", "days": [.string(other)]]
    let job = try FollowingJob(from: database, ["settings": ["readWindows": [window]]])
    let process = try job.start()
    try Deadline.wait(for: "the copy to rest") { process.output.contains("\"copyRests\":\"outside of the read windows\"") }
    #expect(try !job.lake.table(database, "t").exists || job.lake.table(database, "t").count(by: .rust) == 0)
    try process.kill()
    try job.job.write(job.job.spec.merging(["settings": ["readWindows": []]]))
    try job.expectAligned([], "without windows")
  }

  @Test("A busy source is left alone until it is idle again", arguments: DatabaseServer.Product.allCases)
  func load(_ product: DatabaseServer.Product) throws {
    let server = try DatabaseServer(product)
    let database = try TestDatabase(on: server)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)")
    let limit: SpecValue = ["threadsRunning": 12, "resumeThreadsRunning": 10, "interval": "100ms"]
    let job = try FollowingJob(from: database, ["settings": ["sourceLoad": limit]])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    // Threads that sleep in a statement run.
    let sleepers = (0..<16).map { number in Thread { _ = try? database.query("SELECT SLEEP(6), \(number)") } }
    for sleeper in sleepers { sleeper.start() }
    try Deadline.wait(for: "the stream to rest") { process.output.contains("\"streamRests\":\"the source is busy") }
    try database.execute("INSERT INTO t VALUES (2)")
    try job.waitUntilCaughtUp(process)
    let isIdle = sleepers.allSatisfy { $0.isFinished }
    #expect(isIdle, "the stream waited for them")
    try job.stop(process)
    #expect(try job.lake.table(database, "t").count(by: .rust) == 2)
  }
}
