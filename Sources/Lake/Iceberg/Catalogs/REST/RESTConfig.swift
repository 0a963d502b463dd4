internal import Foundation
internal import SluiceCore

/// What the server says of itself: `GET /v1/config`.
///
/// Its defaults lie below the options of the spec, its overrides above them. An address in them is left out: secrets go where the spec sends them.
struct RESTConfig: Sendable {
  let prefix: String?
  /// Between the levels of a namespace in a path, encoded as it is there.
  let separator: String
  /// Whether a request that carries a key may be repeated and is done once.
  let knowsIdempotencyKeys: Bool
  let headers: [HTTPHeader]
  private let endpoints: Set<String>

  /// What a server can do that does not say what it can do.
  private static let assumed: Set<String> = [
    "GET /v1/{prefix}/namespaces", "POST /v1/{prefix}/namespaces", "GET /v1/{prefix}/namespaces/{namespace}",
    "GET /v1/{prefix}/namespaces/{namespace}/tables", "POST /v1/{prefix}/namespaces/{namespace}/tables",
    "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}", "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}",
    "DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}", "POST /v1/{prefix}/tables/rename",
  ]

  /// What no job can do without.
  private static let needed = [
    "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}", "POST /v1/{prefix}/namespaces/{namespace}/tables",
    "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}",
  ]

  init(json: SpecValue, options: RESTOptions) throws {
    let object = try MetadataJSON(json, "catalog's configuration")
    let defaults = try object.texts("defaults")
    let overrides = try object.texts("overrides")
    prefix = overrides["prefix"] ?? options.prefix ?? defaults["prefix"]
    separator = overrides["namespace-separator"] ?? defaults["namespace-separator"] ?? "%1F"
    knowsIdempotencyKeys = try object.optionalString("idempotency-key-lifetime") != nil
    let marker = "header."
    let sent = defaults.merging(overrides) { $1 }.filter { $0.key.hasPrefix(marker) }
    let own = Set(options.headers.map { $0.name.lowercased() })
    headers = sent.sorted { $0.key < $1.key }.compactMap { key, value in
      let name = String(key.dropFirst(marker.count))
      return own.contains(name.lowercased()) && overrides[key] == nil ? nil : HTTPHeader(name, value)
    }
    let told = try object.array("endpoints").compactMap { if case .string(let text) = $0 { text } else { nil } }
    endpoints = told.isEmpty ? Self.assumed : Set(told)
  }

  /// The separator as it stands in a query, before that is encoded.
  var plainSeparator: String { separator.removingPercentEncoding ?? separator }

  /// What a job needs and the server does not have.
  var missing: [String] { Self.needed.filter { !offers($0) } }

  func offers(_ endpoint: String) -> Bool { endpoints.contains(endpoint) }

  /// `/v1/{prefix}` and `parts`, each of which is one encoded part.
  func path(_ parts: String...) -> String {
    (["/v1"] + [prefix].compactMap { $0 } + parts).joined(separator: "/")
  }

  /// The levels of a namespace as one part of a path.
  func part(_ levels: [String]) -> String {
    levels.map(PercentEncoding.encoded).joined(separator: separator)
  }
}
