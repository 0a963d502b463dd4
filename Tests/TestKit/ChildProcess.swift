internal import Foundation
internal import Synchronization

/// A program run by a test. What it prints goes to files, so it never waits for its reader. It is ended with its last owner.
public final class ChildProcess: Sendable {
  /// How a program ended: by itself with a code, or by a signal.
  public enum End: Hashable, Sendable {
    case exit(Int32)
    case signal(Int32)
  }

  public let name: String
  public let identifier: Int32
  private let folder: TemporaryFolder
  private let ending: Ending

  /// Starts `program`, with `environment` on top of this process's. `input` is what it reads.
  public init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], folder workingFolder: String? = nil, input: String = ""
  ) throws {
    name = ([URL(filePath: program).lastPathComponent] + arguments.prefix(2)).joined(separator: " ")
    folder = try TemporaryFolder()
    try Data(input.utf8).write(to: URL(filePath: folder.appending("input")))
    identifier = try Spawn.start(
      program, arguments, environment: environment, folder: workingFolder,
      channel: .files(input: folder.appending("input"), output: folder.appending("output"), error: folder.appending("error")))
    ending = Ending(of: identifier)
  }

  deinit {
    ending.send(SIGKILL)
  }

  public var hasEnded: Bool { ending.value != nil }

  /// What it has printed so far.
  public var output: String { text("output") }

  public var errors: String { text("error") }

  /// Sends a signal; does nothing when the program has ended.
  public func send(_ signal: Int32) {
    ending.send(signal)
  }

  /// Waits for the end. A program that is not done in time is killed, and the test fails.
  @discardableResult
  public func wait(within patience: Duration) throws -> End {
    if let end = ending.wait(within: patience) { return end }
    send(SIGKILL)
    throw TestFailure("\(name) was not done in \(patience)\n\(tail)")
  }

  /// The last of what it printed, for messages.
  public var tail: String {
    ["output", "error"].map { text($0).suffix(2_000) }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func text(_ file: String) -> String {
    (try? Data(contentsOf: URL(filePath: folder.appending(file)))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// The end of a process as an event that any number of threads may wait for.
private final class Ending: Sendable {
  private let identifier: pid_t
  private let end = Mutex<ChildProcess.End?>(nil)
  private let event = DispatchSemaphore(value: 0)

  init(of identifier: pid_t) {
    self.identifier = identifier
    Thread.detachNewThread { [self] in reap() }
  }

  var value: ChildProcess.End? { end.withLock { $0 } }

  /// While the lock is held the process is not reaped, so that its identifier is nobody else's.
  func send(_ signal: Int32) {
    end.withLock { if $0 == nil { _ = kill(identifier, signal) } }
  }

  func wait(within patience: Duration) -> ChildProcess.End? {
    guard event.wait(timeout: .now() + .milliseconds(Int(Deadline(in: patience).milliseconds))) == .success else { return nil }
    event.signal()
    return value
  }

  private func reap() {
    var information = siginfo_t()
    while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    end.withLock { end in
      var status: Int32 = 0
      waitpid(identifier, &status, 0)
      let signal = status & 0x7f
      end = signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
    }
    event.signal()
  }
}
