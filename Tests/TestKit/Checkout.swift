internal import Foundation

/// The checkout that the tests were built from, and what `setup` put into it.
public enum Checkout {
  /// The folder of `Package.swift`. The test kit may be seen through a link.
  public static let root: String = {
    var folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder.path
  }()

  /// The interpreter that has the foreign readers.
  public static var python: String { root + "/.deps/venv/bin/python" }

  /// The program under test: `SLUICE_BINARY`, where a relative path counts from the checkout.
  public static var sluice: String {
    let path = ProcessInfo.processInfo.environment["SLUICE_BINARY"] ?? ".build/debug/sluice"
    return path.hasPrefix("/") ? path : "\(root)/\(path)"
  }

  /// `path`, once it is known to be a file that can be run. Throws otherwise: what is missing fails the test.
  public static func program(_ path: String, made by: String) throws -> String {
    guard FileManager.default.isExecutableFile(atPath: path) else { throw TestFailure("\(path) is missing: \(by) makes it") }
    return path
  }
}

/// Why a fixture could not do what a test asked of it.
public struct TestFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
