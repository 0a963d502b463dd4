/// Speaks HTTP and HTTPS for whoever talks to a server: catalogs, later object stores and alerts.
///
/// Calls block until the answer is there whole, and may be made from any thread, side by side. A redirect is followed for `get` and `head`, and
/// only within the same scheme, host and port; any other is the answer, so that no header reaches a host that it was not made for.
public protocol HTTPClient: Sendable {
  /// The server's answer, whatever its status. But for `get` and `head`, nothing is sent twice: the caller alone decides what may be done again.
  func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse
}

/// What to ask a server.
public struct HTTPRequest: Sendable {
  public enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  public var method: Method
  /// `http` or `https`, without a user or a password.
  public var url: String
  public var headers: [HTTPHeader]
  public var body: [UInt8]?
  public var settings: HTTPSettings

  public init(_ method: Method, _ url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil, settings: HTTPSettings = HTTPSettings()) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.settings = settings
  }
}

/// A header to send. Its value may be a secret, so nothing shows it.
public struct HTTPHeader: Sendable {
  public let name: String
  public let value: Secret

  public init(_ name: String, _ value: Secret) {
    self.name = name
    self.value = value
  }

  public init(_ name: String, _ value: String) {
    self.init(name, Secret(value))
  }
}

/// How to talk to a server, and for how long.
public struct HTTPSettings: Hashable, Sendable {
  /// Whether the server's certificate must be valid for its name.
  public var verifies = true
  /// A file of authorities to trust instead of the system's.
  public var authorities: String?
  /// Files of a certificate to present and of its key.
  public var certificate: String?
  public var key: String?
  public var connectSeconds = 10.0
  /// From the first look at the name to the last byte of the answer.
  public var seconds = 60.0
  /// What an answer may hold.
  public var responseBytes = 256 << 20

  public init() {}
}

public struct HTTPResponse: Sendable {
  public let status: Int
  /// Names in lower case, in the server's order.
  public let headers: [(name: String, value: String)]
  public let body: [UInt8]

  public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, in lower case.
  public subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Why there is no answer. Its text holds no header and no body.
public struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Sendable {
    /// No such name, or nothing that listens.
    case unreachable
    /// The server's certificate, or ours, is no good.
    case untrusted
    case timedOut
    case broken
    /// The answer is larger than allowed.
    case tooLarge
    /// What was asked cannot be put into a request.
    case invalid
  }

  public let reason: Reason
  public let message: String
  /// Whether the server may have got the request, and may have done what it says.
  public let mayHaveArrived: Bool

  public init(_ reason: Reason, _ message: String, mayHaveArrived: Bool) {
    self.reason = reason
    self.message = message
    self.mayHaveArrived = mayHaveArrived
  }

  public var description: String { message }
}
