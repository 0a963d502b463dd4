internal import SluiceCore

/// The checked options of `"catalog": {"type": "rest", …}`.
struct RESTOptions: Sendable {
  /// Where the server's `/v1` lies, without a slash at its end.
  let uri: String
  /// What the server knows the warehouse by.
  let warehouse: String?
  let prefix: String?
  /// The levels above the namespaces of the job's databases.
  let namespace: [String]
  let token: Secret?
  let credential: ClientCredential?
  let tokenURI: String
  let scope: String
  let headers: [HTTPHeader]
  let http: HTTPSettings
  /// Seconds during which a server that is away is asked again.
  let patience: Double

  /// OAuth2 client credentials. Without an id the secret alone is sent.
  struct ClientCredential: Sendable {
    let id: String?
    let secret: Secret
  }

  static let definitions: [OptionDefinition] = [
    OptionDefinition("uri", .string, help: "rest: address of the server, without `/v1`."),
    OptionDefinition("prefix", .string, help: "rest: part of all paths, where the server does not tell it."),
    OptionDefinition(
      "namespace", .list(.string), help: "rest: levels above the job's databases: with `[\"raw\"]` the table shop.users is raw.shop.users."),
    OptionDefinition("token", .secret, help: "rest: bearer token."),
    OptionDefinition(
      "credential", .secret, help: "rest: OAuth2 client credentials, `id:secret`, for which tokens are fetched and renewed."),
    OptionDefinition(
      "oauth2ServerUri", .string, help: "rest: address that gives out tokens. By default `/v1/oauth/tokens` of the catalog."),
    OptionDefinition("scope", .string, default: .string("catalog"), help: "rest: scope of the tokens that are fetched."),
    OptionDefinition(
      "headers",
      .list(
        .object([
          OptionDefinition("name", .string, required: true, help: "Name of the header."),
          OptionDefinition("value", .secret, required: true, help: "Its value."),
        ])), help: "rest: headers for every request to the catalog."),
    OptionDefinition(
      "tls",
      .object([
        OptionDefinition("verify", .boolean, default: .boolean(true), help: "Whether the server's certificate is checked."),
        OptionDefinition("ca", .string, help: "File of the authorities to trust instead of the system's, in PEM."),
        OptionDefinition("cert", .string, help: "File of a certificate to show to the server, in PEM."),
        OptionDefinition("key", .string, help: "File of that certificate's key, in PEM."),
      ]), help: "rest: encryption of the connection, for addresses that begin with https."),
    OptionDefinition("connectTimeout", .duration, default: .string("10s"), help: "rest: how long a connection may take to come about."),
    OptionDefinition("timeout", .duration, default: .string("60s"), help: "rest: how long one request may take."),
    OptionDefinition(
      "patience", .duration, default: .string("2m"), help: "rest: how long a server that is away or too busy is asked again."),
  ]

  /// `path` is where the options stand in the spec: `$.sink.catalog`.
  init(_ values: OptionValues, warehouse: String?, at path: String) throws {
    uri = try Self.address(values.string("uri"), at: "\(path).uri")
    self.warehouse = warehouse
    prefix = values.string("prefix").flatMap { $0.isEmpty ? nil : $0 }
    namespace = values.strings("namespace")
    guard namespace.allSatisfy({ !$0.isEmpty }) else { throw Self.wrong("a level of a namespace has a name", "\(path).namespace") }
    token = values.secret("token")
    credential = values.secret("credential").map(ClientCredential.init)
    if token != nil, credential != nil { throw Self.wrong("found a token and a credential, allowed is one of them", path) }
    tokenURI = try values.string("oauth2ServerUri").map { try Self.address($0, at: "\(path).oauth2ServerUri") } ?? "\(uri)/v1/oauth/tokens"
    scope = values.string("scope") ?? "catalog"
    headers = values.list("headers").compactMap { item in
      guard case .object(let header) = item, let name = header.string("name"), let value = header.secret("value") else { return nil }
      return HTTPHeader(name, value)
    }
    http = try Self.settings(values, at: path)
    patience = values.number("patience") ?? 120
  }

  private static func settings(_ values: OptionValues, at path: String) throws -> HTTPSettings {
    var settings = HTTPSettings()
    settings.connectSeconds = values.number("connectTimeout") ?? settings.connectSeconds
    settings.seconds = values.number("timeout") ?? settings.seconds
    guard let tls = values.object("tls") else { return settings }
    settings.verifies = tls.boolean("verify") ?? true
    settings.authorities = tls.string("ca")
    settings.certificate = tls.string("cert")
    settings.key = tls.string("key")
    guard (settings.certificate == nil) == (settings.key == nil) else { throw wrong("a certificate needs both `cert` and `key`", "\(path).tls") }
    return settings
  }

  /// A user or a password in an address would end up in logs.
  private static func address(_ text: String?, at path: String) throws -> String {
    guard var text, !text.isEmpty else { throw wrong("the catalog needs the address of its server", path) }
    while text.hasSuffix("/") { text.removeLast() }
    guard text.hasPrefix("http://") || text.hasPrefix("https://") else { throw wrong("the address begins with https:// or http://", path) }
    let authority = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(2).first ?? ""
    guard !authority.isEmpty else { throw wrong("the address has no host", path) }
    guard !authority.contains("@") else { throw wrong("the address holds a user; use `credential` or `token`", path) }
    return text
  }

  private static func wrong(_ message: String, _ path: String) -> SluiceError {
    SluiceError(.specInvalid, "\(path): \(message)")
  }
}

extension RESTOptions.ClientCredential {
  fileprivate init(_ text: Secret) {
    let parts = text.reveal().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    id = parts.count == 2 ? parts[0] : nil
    secret = Secret(parts.last ?? "")
  }
}
