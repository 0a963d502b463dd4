internal import Foundation
public import SluiceCore

/// The `sluice` binary at work.
public final class SluiceProcess: Sendable {
  private let child: ChildProcess

  /// How it ended and all that it said.
  public struct Outcome: Sendable, CustomStringConvertible {
    public let end: ChildProcess.End
    public let output: String
    public let errors: String

    /// The exit code; `nil` when a signal ended it.
    public var exitCode: Int32? {
      if case .exit(let code) = end { code } else { nil }
    }

    /// The kind that its `error:` line names.
    public var errorKind: String? {
      errors.firstMatch(of: /error: ([a-z-]+):/).map { String($0.1) }
    }

    /// Standard output, a JSON value a line.
    public func lines() throws -> [SpecValue] {
      try output.split(separator: "\n").map { try JSONReader.read(String($0)) }
    }

    public var description: String { "\(end)\n\(errors.suffix(4_000))\n\(output.suffix(1_000))" }
  }

  /// Starts the binary. Throws when it is not there.
  public init(_ arguments: [String], environment: [String: String] = [:], folder: String? = nil) throws {
    let program = try Checkout.program(Checkout.sluice, made: "swift build")
    child = try ChildProcess(program, arguments, environment: environment, folder: folder)
  }

  /// Runs the binary to its end.
  public static func run(
    _ arguments: [String], environment: [String: String] = [:], folder: String? = nil, within patience: Duration = .seconds(300)
  ) throws -> Outcome {
    try SluiceProcess(arguments, environment: environment, folder: folder).wait(within: patience)
  }

  /// Waits for the end. A run that is not done in time is killed, and the test fails.
  public func wait(within patience: Duration = .seconds(300)) throws -> Outcome {
    let end = try child.wait(within: patience)
    return Outcome(end: end, output: child.output, errors: child.errors)
  }

  /// Ends it at once, as a crash would, and waits until it is gone.
  @discardableResult
  public func kill() throws -> Outcome {
    child.send(SIGKILL)
    return try wait(within: .seconds(180))
  }

  /// Sends SIGTERM, SIGINT, SIGSTOP or another signal.
  public func send(_ signal: Int32) {
    child.send(signal)
  }

  public var identifier: Int32 { child.identifier }

  public var hasEnded: Bool { child.hasEnded }

  /// What it has printed so far.
  public var output: String { child.output }

  public var errors: String { child.errors }
}
