internal import Foundation
public import SluiceCore
internal import Synchronization

/// A busy database: tables with keys of every kind and columns of every type, and changes of rows and definitions (`python/workload`).
///
/// The same seed gives the same statements.
public final class Workload: Sendable {
  public let database: TestDatabase
  public let seed: UInt64
  private let runs = Mutex<UInt64>(0)

  /// Makes a database and fills it with `rows` rows a table; `tables` is how many of the key shapes there are.
  public init(on server: DatabaseServer, seed: UInt64, rows: Int = 200, tables: Int = 99) throws {
    self.seed = seed
    database = try TestDatabase(on: server, prefix: "busy")
    _ = try start("load", ["--rows", "\(rows)", "--tables", "\(tables)"]).wait()
  }

  /// Changes that go on while a test does something else.
  public final class Run: Sendable {
    private let child: ChildProcess

    fileprivate init(_ child: ChildProcess) {
      self.child = child
    }

    /// Waits for the end. Answers what was done: how many operations, statements of each kind, refusals of the server.
    @discardableResult
    public func wait(within patience: Duration = .seconds(300)) throws -> SpecValue {
      guard try child.wait(within: patience) == .exit(0) else { throw TestFailure("the workload failed: \(child.tail)") }
      return try JSONReader.read(child.output)
    }

    /// Ends it after the transaction that it is in.
    @discardableResult
    public func stop() throws -> SpecValue {
      child.send(SIGTERM)
      return try wait()
    }

    public var hasEnded: Bool { child.hasEnded }
  }

  /// Starts changes that go on until they are stopped, or until `options` say.
  public func start(_ options: [String] = []) throws -> Run {
    try start("run", options)
  }

  /// So many operations, with a change of definitions after every `statementsEvery` of them; 0 for none.
  @discardableResult
  public func run(operations: Int, statementsEvery: Int = 0) throws -> SpecValue {
    try start(["--operations", "\(operations)", "--statements-every", "\(statementsEvery)"]).wait()
  }

  private func start(_ what: String, _ options: [String]) throws -> Run {
    let python = try Checkout.program(Checkout.python, made: "./setup --tests")
    let server = database.server
    let number = runs.withLock { runs in
      defer { runs += 1 }
      return runs
    }
    let arguments = [
      Checkout.root + "/Tests/TestKit/python/workload", "--port", "\(server.port)", "--database", database.name, "--product",
      server.product.rawValue, "--seed", "\(seed &+ number &* 1_000_003)",
    ]
    return Run(try ChildProcess(python, arguments + options + [what], environment: ["PYTHONDONTWRITEBYTECODE": "1"]))
  }
}
