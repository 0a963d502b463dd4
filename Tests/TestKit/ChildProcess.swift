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
  private let process: Process
  private let folder: TemporaryFolder
  private let ending = Ending()

  /// Starts `program`, with `environment` on top of this process's. `input` is what it reads.
  public init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], folder workingFolder: String? = nil, input: String? = nil
  ) throws {
    name = ([URL(filePath: program).lastPathComponent] + arguments.prefix(2)).joined(separator: " ")
    folder = try TemporaryFolder()
    process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let workingFolder { process.currentDirectoryURL = URL(filePath: workingFolder) }
    if let input { try Data(input.utf8).write(to: URL(filePath: folder.appending("input"))) }
    process.standardInput = input == nil ? FileHandle.nullDevice : FileHandle(forReadingAtPath: folder.appending("input"))
    process.standardOutput = try Self.create(folder.appending("output"))
    process.standardError = try Self.create(folder.appending("error"))
    process.terminationHandler = { [ending] process in
      let status = process.terminationStatus
      ending.note(process.terminationReason == .exit ? .exit(status) : .signal(status))
    }
    try process.run()
  }

  deinit {
    if !hasEnded { Foundation.kill(process.processIdentifier, SIGKILL) }
  }

  public var identifier: Int32 { process.processIdentifier }

  public var hasEnded: Bool { ending.value != nil }

  /// What it has printed so far.
  public var output: String { text("output") }

  public var errors: String { text("error") }

  /// Sends a signal; does nothing when the program has ended.
  public func send(_ signal: Int32) {
    if !hasEnded { Foundation.kill(identifier, signal) }
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

  private static func create(_ path: String) throws -> FileHandle {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw TestFailure("\(path) cannot be written") }
    return FileHandle(fileDescriptor: file, closeOnDealloc: true)
  }
}

/// The end of a process as an event that any number of threads may wait for.
private final class Ending: Sendable {
  private let end = Mutex<ChildProcess.End?>(nil)
  private let event = DispatchSemaphore(value: 0)

  var value: ChildProcess.End? { end.withLock { $0 } }

  func note(_ value: ChildProcess.End) {
    end.withLock { $0 = value }
    event.signal()
  }

  func wait(within patience: Duration) -> ChildProcess.End? {
    guard event.wait(timeout: .now() + .milliseconds(Int(Deadline(in: patience).milliseconds))) == .success else { return nil }
    event.signal()
    return value
  }
}
