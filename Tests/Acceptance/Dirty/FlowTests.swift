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
    let table = job.lake.table(database, "t")
    try Deadline.wait(for: "the copy") {
      if process.hasEnded { throw TestFailure("the run has ended: \(try process.wait())") }
      return try !table.snapshots().isEmpty && table.count(by: .rust) == 6_000
    }
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
    let comparison = try table.compare(with: "t", in: database, keys: ["id"])
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
    #expect(job.lake.table(database, "t").snapshots().isEmpty)
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
    for number in 0..<16 { Thread { _ = try? database.query("SELECT SLEEP(300), \(number)") }.start() }
    func rests() -> Int { process.output.split(separator: "\n").count { $0.contains("\"streamRests\":\"the source is busy") } }
    try Deadline.wait(for: "the stream to rest") { rests() > 0 }
    try database.execute("INSERT INTO t VALUES (2)")
    try Deadline.wait(for: "two more lines") { rests() > 2 }
    #expect(try job.lake.table(database, "t").count(by: .rust) == 1)
    for row in try database.query("SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'") {
      try database.execute("KILL \(row[0] ?? "")")
    }
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    #expect(try job.lake.table(database, "t").count(by: .rust) == 2)
  }
}
