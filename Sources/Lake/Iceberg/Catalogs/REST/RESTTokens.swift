internal import SluiceCore
internal import Synchronization

/// The bearer token of the requests: none, a fixed one, or one that is fetched for client credentials and renewed before it expires.
final class RESTTokens: Sendable {
  private let options: RESTOptions
  private let http: any HTTPClient
  private let held = Mutex<Held?>(nil)

  private struct Held {
    let token: Secret
    /// `nil` when the server did not say.
    let renewal: ContinuousClock.Instant?
  }

  /// A token is renewed when a fifth of its life is left, or a minute.
  private static let longestMargin = 60.0

  init(_ options: RESTOptions, http: any HTTPClient) {
    self.options = options
    self.http = http
  }

  /// Whether a token that the server does not take may be followed by another one.
  var canRenew: Bool { options.credential != nil }

  /// The token to send; `nil` without one. Fetches it first where it must, while other threads wait.
  func current() throws -> Secret? {
    if let token = options.token { return token }
    guard let credential = options.credential else { return nil }
    return try held.withLock { held in
      if let known = held, known.renewal.map({ $0 > .now }) ?? true { return known.token }
      let fetched = try fetch(credential)
      held = fetched
      return fetched.token
    }
  }

  /// Forgets `refused`, unless somebody else has renewed it already.
  func renew(insteadOf refused: Secret) {
    held.withLock { if $0?.token.reveal() == refused.reveal() { $0 = nil } }
  }

  private func fetch(_ credential: RESTOptions.ClientCredential) throws -> Held {
    var form = [("grant_type", "client_credentials")]
    if let id = credential.id { form.append(("client_id", id)) }
    form.append(("client_secret", credential.secret.reveal()))
    form.append(("scope", options.scope))
    let request = HTTPRequest(
      .post, options.tokenURI,
      headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded"), HTTPHeader("Accept", "application/json")],
      body: Array(PercentEncoding.pairs(form).utf8), settings: options.http)
    let failures = RESTFailures(options)
    let doing = "fetching a token"
    let response: HTTPResponse
    do {
      response = try http.send(request)
    } catch {
      throw failures.error(error, doing: doing)
    }
    guard response.status == 200 else { throw failures.tokenError(response, doing: doing) }
    guard let answer = failures.json(response), case .string(let token)? = answer["access_token"] else {
      throw SluiceError(.catalogRefused, "\(doing): the answer holds no token")
    }
    let seconds: Double? =
      switch answer["expires_in"] {
      case .integer(let number)?: Double(number)
      case .number(let number)?: number
      default: nil
      }
    return Held(token: Secret(token), renewal: seconds.map { .now + .seconds($0 - min(Self.longestMargin, $0 / 5)) })
  }
}
