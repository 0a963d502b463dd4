import SluiceCore
import SluiceNet
import TestKit
import Testing

@testable import SluiceLake

@Suite struct RESTAccessTests {
  private static let table = RESTFixture.table
  private static let oauth: SpecValue = ["client": ["sluice", "a:secret & more"], "scope": "PRINCIPAL_ROLE:ALL", "tokenSeconds": 3600]
  private static let credentials: SpecValue = ["credential": "sluice:a:secret & more", "scope": "PRINCIPAL_ROLE:ALL"]

  @Test("A token is fetched once for client credentials, and renewed when the server takes it no longer")
  func clientCredentials() throws {
    let fixture = try RESTFixture(Self.oauth)
    let catalog = try fixture.catalog(Self.credentials)
    let made = try fixture.make(catalog)
    #expect(try fixture.server.requests("get_token").count == 1)
    try fixture.server.expireTokens()
    #expect(try catalog.load(Self.table) != nil)
    try fixture.server.expireTokens()
    #expect(try fixture.commit(catalog, made).committed?.metadata.snapshots.count == 1)
    #expect(try fixture.server.requests("get_token").count == 3)
    #expect(try fixture.server.requests("update_table").map(\.status) == [401, 200])
    try fixture.server.fault("load_table", ["status": 419, "type": "AuthenticationTimeoutException"])
    #expect(try catalog.load(Self.table) != nil)
    #expect(try fixture.server.violations() == [])
  }

  @Test("A token is renewed before it expires")
  func early() throws {
    // With no life left beyond the margin, every request fetches its own.
    let fixture = try RESTFixture(["client": ["id", "secret"], "tokenSeconds": 0.001])
    let catalog = try fixture.catalog(["credential": "id:secret"])
    _ = try? catalog.namespaces()
    #expect(try fixture.server.requests("get_token").count >= 2)
  }

  @Test("Threads that meet an expired token renew it once")
  func sharedRenewal() throws {
    let fixture = try RESTFixture(Self.oauth)
    let catalog = try fixture.catalog(Self.credentials)
    try fixture.make(catalog)
    try fixture.server.expireTokens()
    try Concurrently.run(4) { _ in
      for _ in 0..<5 { _ = try #require(try catalog.load(Self.table)) }
    }
    #expect(try fixture.server.requests("get_token").count == 2)
  }

  @Test("A server of tokens that is away for a while is asked again")
  func busyTokens() throws {
    let fixture = try RESTFixture(Self.oauth)
    for fault: SpecValue in [["cut": true], ["status": 503], ["status": 500]] { try fixture.server.fault("get_token", fault) }
    #expect(try fixture.catalog(Self.credentials).namespaces() == [])
    #expect(try fixture.server.requests("get_token").count == 4)
  }

  @Test("Tokens may come from another server")
  func otherServer() throws {
    let fixture = try RESTFixture(Self.oauth)
    let catalog = try fixture.catalog(Self.credentials.merging(["oauth2ServerUri": .string(fixture.server.uri + "/v1/oauth/tokens")]))
    #expect(try catalog.namespaces() == [])
    let elsewhere = try fixture.catalog(Self.credentials.merging(["oauth2ServerUri": "http://127.0.0.1:1/token", "patience": "1s"]))
    let error = #expect(throws: SluiceError.self) { try elsewhere.namespaces() }
    #expect(error?.kind == .catalogUnavailable)
  }

  @Test("Credentials, scopes and tokens that the server does not take are told, without them", arguments: Refused.all)
  func refused(_ refused: Refused) throws {
    let fixture = try RESTFixture(refused.settings)
    let error = #expect(throws: SluiceError.self) { try fixture.catalog(refused.options).namespaces() }
    #expect(error?.kind == refused.kind, "\(String(describing: error))")
    for secret in ["secret", "token-of-mine"] {
      #expect(error?.description.contains(secret) == false && error?.remedy?.contains(secret) != true, "\(String(describing: error))")
    }
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let settings: SpecValue
    let options: SpecValue
    let kind: ErrorKind

    var testDescription: String { JSONText.compact(options) }

    static let all = [
      Refused(settings: oauth, options: credentials.merging(["credential": "sluice:not-the-secret"]), kind: .catalogAuthentication),
      Refused(settings: oauth, options: credentials.merging(["scope": "other"]), kind: .catalogAuthentication),
      Refused(settings: ["tokens": ["good"]], options: ["token": "token-of-mine"], kind: .catalogAuthentication),
      Refused(settings: ["tokens": ["good"]], options: .object([]), kind: .catalogAuthentication),
      Refused(
        settings: ["headers": ["X-Key": "key"]], options: ["headers": [["name": "X-Key", "value": "secret"]]], kind: .catalogDenied),
    ]
  }

  @Test("A bearer token and headers of the spec go with every request")
  func bearer() throws {
    let fixture = try RESTFixture(["tokens": ["good"], "headers": ["X-Key": "of mine"]])
    let catalog = try fixture.catalog(["token": "good", "headers": [["name": "X-Key", "value": "of mine"]]])
    let made = try fixture.make(catalog)
    #expect(try fixture.commit(catalog, made).committed != nil)
  }

  @Test("What the server repeats of a secret is not shown")
  func repeated() throws {
    let fixture = try RESTFixture(["tokens": ["token-of-mine"]])
    let catalog = try fixture.catalog(["token": "token-of-mine"])
    try fixture.server.fault("list_namespaces", ["status": 400, "message": "Bearer token-of-mine is not welcome", "type": "BadRequestException"])
    let error = #expect(throws: SluiceError.self) { try catalog.namespaces() }
    #expect(error?.message.contains("Bearer *** is not welcome") == true, "\(String(describing: error))")
  }

  @Test("A token that comes with a table is used for it, and left when it is no good")
  func tableToken() throws {
    let fixture = try RESTFixture(["tokens": ["good", "narrow"], "tableConfig": ["token": "narrow", "s3.access-key-id": "unused"]])
    let catalog = try fixture.catalog(["token": "good"])
    let made = try fixture.make(catalog)
    #expect(made.config["s3.access-key-id"] == "unused")
    #expect(try fixture.commit(catalog, made).committed != nil)
    #expect(try fixture.server.requests("update_table").last?.headers["authorization"] == "Bearer narrow")
    #expect(try fixture.server.requests("create_table").last?.headers["authorization"] == "Bearer good")
    let stale = try RESTFixture(["tokens": ["good"], "tableConfig": ["token": "stale"]])
    let other = try stale.catalog(["token": "good"])
    #expect(try stale.commit(other, stale.make(other)).committed != nil)
    #expect(try stale.server.requests("update_table").map(\.status) == [401, 200])
  }

  @Test("A server whose authority is unknown gets no secret; with the authority it is used")
  func encrypted() throws {
    let certificates = try TestCertificates()
    let fixture = try RESTFixture(Self.oauth, tls: certificates)
    let error = #expect(throws: SluiceError.self) { try fixture.catalog(Self.credentials).namespaces() }
    #expect(error?.kind == .catalogUnavailable && error?.remedy?.contains("tls.ca") == true, "\(String(describing: error))")
    #expect(try fixture.server.requests().isEmpty)
    let trusting = try fixture.catalog(Self.credentials.merging(["tls": ["ca": .string(certificates.authority)]]))
    #expect(try trusting.namespaces() == [])
    #expect(try fixture.catalog(Self.credentials.merging(["tls": ["verify": false]])).namespaces() == [])
  }
}
