internal import SluiceCore

/// Sends requests to the catalog with what every one of them needs, and sends those again that may be sent again.
struct RESTSession: Sendable {
  let failures: RESTFailures
  private let options: RESTOptions
  private let http: any HTTPClient
  private let tokens: RESTTokens
  private let pause: @Sendable (Double) -> Void

  private static let shortestPause = 0.1
  private static let longestPause = 10.0

  /// One request.
  struct Call: Sendable {
    var method: HTTPRequest.Method
    var path: String
    var query: [(String, String)] = []
    var body: SpecValue?
    /// What is done, for messages: `loading the table`.
    var doing: String
    var table: TableID?
    /// A token that the server gave for this table.
    var token: Secret?
    /// The server's own headers, and an idempotency key.
    var headers: [HTTPHeader] = []
    /// Seconds, instead of those of the options.
    var patience: Double?
    /// Whether doing it twice is the same as doing it once.
    var isRepeatable: Bool
  }

  enum Answer {
    case response(HTTPResponse)
    /// The server may have done it, or may yet do it.
    case lost(SluiceError)
  }

  init(_ options: RESTOptions, http: any HTTPClient, pause: @escaping @Sendable (Double) -> Void) {
    self.options = options
    self.http = http
    self.pause = pause
    failures = RESTFailures(options)
    tokens = RESTTokens(options, http: http)
  }

  /// The answer to a call, whatever its status, except that a server that is away or too busy is asked again until `patience` is over.
  ///
  /// Throws `catalog-unavailable` when it is, `catalog-authentication` when the server takes no token of ours. `lost` is only answered for a
  /// call that is not repeatable.
  func send(_ call: Call) throws -> Answer {
    var call = call
    var wait = Wait(limit: call.patience ?? options.patience)
    var isRenewed = false
    // A server that had no time may have begun all the same.
    var hasBegun = false
    func failed(_ error: SluiceError) throws -> Answer {
      guard hasBegun else { throw error }
      return .lost(error)
    }
    while true {
      let token: Secret?
      let response: HTTPResponse
      do {
        token = try call.token ?? tokens.current()
        response = try http.send(request(call, token))
      } catch {
        let failure = failures.error(error, doing: call.doing, table: call.table)
        if let error = error as? HTTPFailure, error.mayHaveArrived, !call.isRepeatable { return .lost(failure) }
        guard failures.mayPass(failure), let seconds = wait.next() else { return try failed(failure) }
        pause(seconds)
        continue
      }
      switch response.status {
      case 401, 419:
        guard !isRenewed, let token, tokens.canRenew || call.token != nil else { return try failed(failure(response, call, token)) }
        if call.token == nil {
          isRenewed = true
          tokens.renew(insteadOf: token)
        }
        call.token = nil
      case 429, 503:
        let comeBack = response["retry-after"]
        hasBegun = hasBegun || response.status == 503 && !call.isRepeatable
        if response.status == 503 && comeBack == nil && !call.isRepeatable { return .lost(failure(response, call, token)) }
        guard let seconds = wait.next(told: comeBack.flatMap { Double($0) }) else { return try failed(failure(response, call, token)) }
        pause(seconds)
      case 500...:
        guard call.isRepeatable else { return .lost(failure(response, call, token)) }
        guard let seconds = wait.next() else { throw failure(response, call, token) }
        pause(seconds)
      default: return .response(response)
      }
    }
  }

  /// The answer to a repeatable call.
  func ask(_ call: Call) throws -> HTTPResponse {
    switch try send(call) {
    case .response(let response): return response
    case .lost(let error): throw error
    }
  }

  /// The body of an answer. Throws `catalog-refused` for what is no JSON.
  func json(_ response: HTTPResponse, _ call: Call) throws -> SpecValue {
    guard let json = failures.json(response) else {
      throw SluiceError(.catalogRefused, "\(call.doing) at \(options.uri): the answer is no JSON", at: .init(table: call.table))
    }
    return json
  }

  func failure(_ response: HTTPResponse, _ call: Call, _ token: Secret? = nil) -> SluiceError {
    failures.error(response, doing: call.doing, token: token, table: call.table)
  }

  private func request(_ call: Call, _ token: Secret?) -> HTTPRequest {
    var headers = [HTTPHeader("Accept", "application/json")]
    if let token { headers.append(HTTPHeader("Authorization", Secret("Bearer \(token.reveal())"))) }
    if call.body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
    let query = call.query.isEmpty ? "" : "?" + PercentEncoding.pairs(call.query)
    let replaced = Set(call.headers.map { $0.name.lowercased() })
    return HTTPRequest(
      call.method, options.uri + call.path + query,
      headers: headers + options.headers.filter { !replaced.contains($0.name.lowercased()) } + call.headers,
      body: call.body.map { Array(JSONText.compact($0).utf8) }, settings: options.http)
  }

  /// Growing pauses, or those that the server asks for, until a limit of seconds is reached.
  private struct Wait {
    private let limit: Double
    private var waited = 0.0
    private var pause = RESTSession.shortestPause

    init(limit: Double) {
      self.limit = limit
    }

    mutating func next(told: Double? = nil) -> Double? {
      let seconds = max(told ?? pause, RESTSession.shortestPause)
      guard waited + seconds <= limit else { return nil }
      waited += seconds
      pause = min(pause * 2, RESTSession.longestPause)
      return seconds
    }
  }
}
