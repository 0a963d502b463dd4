public import SluiceCore
internal import Synchronization

/// An Iceberg REST catalog over a folder of its own (`python/iceberg_rest`), which says where a request or an answer breaks the protocol's
/// OpenAPI document, and which does wrong what a test asks for.
public final class RESTCatalogServer: Sendable {
  public let folder: TemporaryFolder
  public let port: Int
  private let isEncrypted: Bool

  /// All servers of a test process live in one other process.
  private static let channel = Mutex<LineChannel?>(nil)

  /// A request as the server saw it.
  public struct Request: Sendable {
    public let operation: String
    public let path: String
    public let query: [String: SpecValue]
    /// Names in lower case.
    public let headers: [String: SpecValue]
    /// 0 when it was not answered.
    public let status: Int
    public let isRepeated: Bool
  }

  /// `settings` are those of `iceberg_rest`; with `tls` the server is `https`.
  public init(_ settings: SpecValue = .object([]), tls: TestCertificates? = nil) throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    isEncrypted = tls != nil
    var all = SpecValue(["folder": .string(folder.path)]).merging(settings)
    if let tls { all = all.merging(["tls": ["certificate": .string(tls.certificate), "key": .string(tls.key)]]) }
    port = try Self.ask(["op": "serve", "settings": all])["port"]?.integer ?? 0
  }

  /// Another way to the tables of `other`: without encryption, a prefix or tokens.
  public init(sharing other: RESTCatalogServer) throws {
    folder = other.folder
    isEncrypted = false
    let settings = SpecValue(["folder": .string(other.folder.path), "like": .integer(other.port)])
    port = try Self.ask(["op": "serve", "settings": settings])["port"]?.integer ?? 0
  }

  deinit {
    _ = try? ask(["op": "stop"])
  }

  public var uri: String { "\(isEncrypted ? "https" : "http")://127.0.0.1:\(port)" }

  /// The next requests of an operation (`update_table`) go wrong: `status`, `cut`, `half`, `gate`; with `applied` after they were done.
  public func fault(_ operation: String, _ fault: SpecValue) throws {
    _ = try ask(["op": "fault", "operation": .string(operation)], fault)
  }

  /// Whether a request stands at the gate.
  public func isHeld(_ gate: String) throws -> Bool {
    try ask(["op": "held", "gate": .string(gate)])["held"]?.flag ?? false
  }

  public func openGate(_ name: String) throws { _ = try ask(["op": "open", "gate": .string(name)]) }

  /// No token that was given out is good any longer.
  public func expireTokens() throws { _ = try ask(["op": "expire"]) }

  public func forgetRequests() throws { _ = try ask(["op": "forget"]) }

  public func requests(_ operation: String? = nil) throws -> [Request] {
    let all = try ask(["op": "log"])["requests"]?.items ?? []
    return all.map(Request.init).filter { operation == nil || $0.operation == operation }
  }

  /// Where requests or answers were not as the document says, and fields of requests that it does not know.
  public func violations() throws -> [String] {
    let log = try ask(["op": "log"])
    let surplus = (log["requests"]?.items ?? []).flatMap { $0["surplus"]?.items ?? [] }
    return ((log["violations"]?.items ?? []) + surplus).compactMap(\.text)
  }

  private func ask(_ request: SpecValue, _ more: SpecValue = .object([])) throws -> SpecValue {
    try Self.ask(request.merging(more).merging(["port": .integer(port)]))
  }

  private static func ask(_ request: SpecValue) throws -> SpecValue {
    let answer = try channel.withLock { channel in
      let open =
        try channel
        ?? LineChannel(
          Checkout.program(Checkout.python, made: "./setup --tests"), [Checkout.root + "/Tests/TestKit/python/iceberg_rest"])
      channel = open
      return try JSONReader.read(open.ask(JSONText.compact(request), within: .seconds(240)))
    }
    if let message = answer["error"]?.text { throw TestFailure("the REST catalog: \(message)") }
    return answer
  }
}

extension RESTCatalogServer.Request {
  fileprivate init(_ entry: SpecValue) {
    operation = entry["operation"]?.text ?? ""
    path = entry["path"]?.text ?? ""
    query = entry["query"]?.members ?? [:]
    headers = entry["headers"]?.members ?? [:]
    status = entry["status"]?.integer ?? 0
    isRepeated = entry["repeated"]?.flag ?? false
  }
}
