internal import Foundation
public import SluiceCore
internal import Synchronization

/// The foreign readers: one `reader_server.py` for the whole test process, asked by one test at a time.
///
/// Paths name a table by its folder.
public final class LakeReader: Sendable {
  public static let shared = LakeReader()

  /// An implementation of a lake format; `LakeFormatName.readers` says which of them judge it.
  public enum Reader: String, Sendable {
    case pypaimon
    /// pypaimon-rust, or iceberg-rust.
    case rust
    case duckdb, pyiceberg, polars, chdb
  }

  /// The server said that a request failed: a table that is not there, a file that cannot be read.
  public struct Failure: Error, CustomStringConvertible {
    public let kind: String
    public let message: String

    public var description: String { "\(kind): \(message)" }
  }

  private let channel = Mutex<LineChannel?>(nil)

  private init() {}

  /// The answer to any request that `reader_server.py` knows. After a broken one the next request starts a new server.
  public func ask(_ operation: String, _ request: [String: SpecValue], within patience: Duration = .seconds(600)) throws -> SpecValue {
    let line = JSONText.compact(SpecValue(request.merging(["op": .string(operation)]) { $1 }))
    let text = try channel.withLock { channel in
      let open = try channel ?? Self.start()
      channel = nil
      let answer = try open.ask(line, within: patience)
      channel = open
      return answer
    }
    let answer = try JSONReader.read(text)
    if let message = answer["error"]?.text { throw Failure(kind: answer["kind"]?.text ?? "error", message: message) }
    return answer
  }

  /// The decoded content of an Avro file.
  public func avro(_ path: String) throws -> SpecValue {
    try ask("avro", ["path": .string(path)])
  }

  /// What the footer of a Parquet file says.
  public func parquet(_ path: String) throws -> SpecValue {
    try ask("parquet", ["path": .string(path)])
  }

  private static func start() throws -> LineChannel {
    let python = try Checkout.program(Checkout.python, made: "./setup --tests")
    return try LineChannel(python, [Checkout.root + "/Tests/TestKit/python/reader_server.py"])
  }
}
