internal import Foundation
internal import SluiceCore
internal import Synchronization

/// A catalog behind the Iceberg REST protocol (`rest-catalog-open-api.yaml`).
///
/// The server keeps the metadata and writes its files; data, manifests and manifest lists are written by Sluice. A namespace is the database below
/// the levels of the option `namespace`.
final class RESTCatalog: IcebergCatalog {
  let options: RESTOptions
  let session: RESTSession
  let pause: @Sendable (Double) -> Void
  private let config = Mutex<RESTConfig?>(nil)
  /// Tokens that the server gave for single tables.
  private let tableTokens = Mutex<[TableID: Secret]>([:])

  static let table = "/v1/{prefix}/namespaces/{namespace}/tables/{table}"

  private static let firstPatience = 3.0

  /// `pause` waits that many seconds before something is tried again.
  init(_ options: RESTOptions, http: any HTTPClient, pause: @escaping @Sendable (Double) -> Void = { Thread.sleep(forTimeInterval: $0) }) {
    self.options = options
    self.pause = pause
    session = RESTSession(options, http: http, pause: pause)
  }

  func preflight() -> [Finding] {
    do {
      let missing = try configuration().missing
      guard missing.isEmpty else {
        return [
          Finding(
            .failure, "catalog", "\(options.uri) lacks what a job needs: \(missing.joined(separator: ", "))",
            fix: "Ask whoever runs the catalog for a version or an account that has it.", kind: .catalogRefused)
        ]
      }
      let count = try namespaces().count
      let access = options.token == nil && options.credential == nil ? ", without a token" : ""
      return [Finding(.ok, "catalog", "\(options.uri) answers\(access): \(count) \(count == 1 ? "namespace" : "namespaces")")]
    } catch {
      guard let error = error as? SluiceError else { return [Finding(.failure, "catalog", "\(error)", kind: .defect)] }
      return [
        Finding(.failure, "catalog", error.description, fix: error.remedy ?? ErrorPolicy.of(error.kind).advice, kind: error.kind)
      ]
    }
  }

  /// What the server says of itself, asked for once.
  func configuration() throws -> RESTConfig {
    if let known = config.withLock({ $0 }) { return known }
    let query = options.warehouse.map { [("warehouse", $0)] } ?? []
    // A server that was never there is told at once.
    let call = RESTSession.Call(
      method: .get, path: "/v1/config", query: query, doing: "asking for the configuration", patience: min(options.patience, Self.firstPatience),
      isRepeatable: true)
    let response = try session.ask(call)
    guard response.status == 200 else { throw session.failure(response, call) }
    let told = try RESTConfig(json: session.json(response, call), options: options)
    return config.withLock { config in
      config = config ?? told
      return config ?? told
    }
  }

  /// A call on a table, or on the tables of its namespace.
  func call(
    _ method: HTTPRequest.Method, _ table: TableID, _ doing: String, path: String? = nil, query: [(String, String)] = [], body: SpecValue? = nil,
    isRepeatable: Bool = true
  ) throws -> RESTSession.Call {
    let config = try configuration()
    let own = config.path("namespaces", config.part(levels(table.database)), "tables", PercentEncoding.encoded(table.name))
    return RESTSession.Call(
      method: method, path: path ?? own, query: query, body: body, doing: doing, table: table, token: tableTokens.withLock { $0[table] },
      headers: config.headers, isRepeatable: isRepeatable)
  }

  func levels(_ database: String) -> [String] { options.namespace + [database] }

  /// Reads what `load`, `create` and `commit` answer.
  func loaded(_ json: SpecValue, _ table: TableID) throws -> LoadedTable {
    do {
      let object = try MetadataJSON(json, "catalog's answer")
      let config = try object.texts("config")
      if let token = config["token"] { tableTokens.withLock { $0[table] = Secret(token) } }
      return LoadedTable(
        metadata: try TableMetadata(json: object["metadata"] ?? .null), metadataLocation: try object.optionalString("metadata-location"),
        config: config)
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }
}
