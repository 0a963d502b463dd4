internal import Foundation

/// A way to a server on which every connection breaks after a random number of bytes, in the middle of whatever it carries.
public final class CuttingProxy: Sendable {
  public let port: Int
  private let child: ChildProcess

  /// `meanBytes` is the mean of what a connection carries from the server.
  public init(to server: DatabaseServer, seed: UInt64, meanBytes: Int) throws {
    let python = try Checkout.program(Checkout.python, made: "./setup --tests")
    let script = Checkout.root + "/Tests/TestKit/python/cutting_proxy.py"
    let child = try ChildProcess(python, [script, "\(server.port)", "\(seed)", "\(meanBytes)"])
    self.child = child
    port = try Deadline.value(of: "the proxy's port") {
      if child.hasEnded { throw TestFailure("the proxy has ended: \(child.tail)") }
      return child.output.contains("\n") ? Int(child.output.trimmingCharacters(in: .whitespacesAndNewlines)) : nil
    }
  }

  /// From now on new connections last.
  public func stopCutting() {
    child.send(SIGUSR1)
  }
}
