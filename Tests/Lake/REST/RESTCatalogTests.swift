import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

@Suite struct RESTCatalogTests {
  private static let table = RESTFixture.table

  @Test("A table is made, loaded, listed, renamed and dropped as the protocol's document says")
  func tables() throws {
    let fixture = try RESTFixture(["prefix": "ws/one", "warehouse": "main", "pageLimit": 2])
    let catalog = try fixture.catalog(warehouse: "main")
    #expect(try catalog.load(Self.table) == nil && !catalog.exists(Self.table))
    #expect(try catalog.tables(in: "shop") == [])
    let made = try fixture.make(catalog)
    #expect(made.metadata.formatVersion == 3 && made.metadata.currentSnapshotID == nil)
    // The server numbers fields as it likes.
    #expect(try made.metadata.currentSchema().fields.map(\.id) == [1, 2])
    #expect(try catalog.load(Self.table)?.metadata == made.metadata)
    #expect(try catalog.exists(Self.table))
    let others = ["a", "b", "c", "d"].map { TableID(database: "shop", name: $0) }
    for other in others { _ = try catalog.create(other, RESTFixture.creation(version: 2)) }
    #expect(try catalog.load(others[0])?.metadata.formatVersion == 2)
    #expect(try catalog.tables(in: "shop") == (others + [Self.table]).sorted())
    try catalog.rename(others[0], to: TableID(database: "shop", name: "e"))
    #expect(throws: SluiceError.self) { try catalog.rename(others[1], to: others[2]) }
    #expect(try catalog.load(others[0]) == nil && catalog.exists(TableID(database: "shop", name: "e")))
    try catalog.drop(Self.table)
    try catalog.drop(Self.table)
    #expect(try !catalog.exists(Self.table))
    #expect(try Files.exist(in: made.metadata.location))
    let purged = try #require(try catalog.load(others[1])).metadata.location
    try catalog.drop(others[1], purging: true)
    #expect(try !Files.exist(in: purged))
    #expect(try fixture.server.requests("list_tables").count >= 4)
    #expect(try fixture.server.requests().dropFirst().allSatisfy { $0.path.hasPrefix("/v1/ws/one/") })
    #expect(try fixture.server.violations() == [])
  }

  @Test("Of two that make a table one succeeds")
  func creationConflict() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    try fixture.make(catalog)
    let error = #expect(throws: SluiceError.self) { try catalog.create(Self.table, RESTFixture.creation()) }
    #expect(error?.kind == .targetConflict && error?.place.table == Self.table, "\(String(describing: error))")
  }

  @Test("A table whose making was not answered is found, or made again", arguments: [true, false])
  func lostCreation(_ isApplied: Bool) throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    for fault: SpecValue in [["status": 500], ["status": 503], ["cut": true], ["half": true]] {
      try fixture.server.fault("create_table", fault.merging(["applied": .boolean(isApplied)]))
      let table = TableID(database: "shop", name: "t\(try catalog.tables(in: "shop").count)")
      #expect(try fixture.make(catalog, table).metadata.formatVersion == 3)
      #expect(try catalog.load(table) != nil)
    }
    #expect(try fixture.server.requests("create_table").count == (isApplied ? 4 : 8))
  }

  @Test("Namespaces have levels, with the separator that the server wants", arguments: ["%1F", "%2E", "%2F"])
  func levels(_ separator: String) throws {
    let fixture = try RESTFixture(["overrides": ["namespace-separator": .string(separator)], "pageLimit": 1])
    let catalog = try fixture.catalog(["namespace": ["lake house", "raw"]])
    #expect(try catalog.namespaces() == [])
    try fixture.make(catalog)
    try catalog.createNamespace("größe & more")
    try catalog.createNamespace("shop")
    #expect(try catalog.namespaces() == ["größe & more", "shop"])
    #expect(try catalog.load(Self.table) != nil)
    #expect(try catalog.tables(in: "shop") == [Self.table])
    let top = try fixture.catalog()
    #expect(try top.namespaces() == ["lake house"])
    let odd = TableID(database: "größe & more", name: "a/b?c=d%20e\u{1F}f.g")
    #expect(try fixture.make(catalog, odd).metadata.formatVersion == 3)
    #expect(try catalog.load(odd) != nil)
    #expect(try catalog.tables(in: "größe & more") == [odd])
    #expect(try fixture.server.violations() == [])
  }

  @Test("An account that may not make namespaces uses those that are there")
  func foreignNamespace() throws {
    let fixture = try RESTFixture()
    try fixture.catalog().createNamespace("shop")
    try fixture.server.fault("create_namespace", ["status": 403, "type": "ForbiddenException", "times": 9])
    try fixture.catalog().createNamespace("shop")
    let error = #expect(throws: SluiceError.self) { try fixture.catalog().createNamespace("other") }
    #expect(error?.kind == .catalogDenied)
  }

  @Test("The server's configuration lies around the spec's: defaults below, overrides above")
  func configuration() throws {
    let fixture = try RESTFixture([
      "prefix": "told", "defaults": ["header.X-A": "default", "header.X-B": "default", "prefix": "low"], "overrides": ["header.X-C": "override"],
    ])
    let catalog = try fixture.catalog([
      "prefix": "own", "headers": [["name": "X-B", "value": "own"], ["name": "x-c", "value": "own"], ["name": "X-D", "value": "own"]],
    ])
    #expect(try catalog.namespaces() == [])
    let request = try #require(try fixture.server.requests().last)
    #expect(request.path == "/v1/told/namespaces")
    #expect(["x-a", "x-b", "x-c", "x-d"].map { request.headers[$0] } == ["default", "own", "override", "own"])
    let plain = try RESTFixture(["prefix": "own", "overrides": ["prefix": "own"]])
    #expect(try plain.catalog(["prefix": "own"]).namespaces() == [])
  }

  @Test("A server without the look for a table is asked for the table itself")
  func withoutHead() throws {
    let fixture = try RESTFixture(["without": ["HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}"]])
    let catalog = try fixture.catalog()
    #expect(try !catalog.exists(Self.table))
    try fixture.make(catalog)
    #expect(try catalog.exists(Self.table))
    #expect(try fixture.server.requests("table_exists").isEmpty)
  }

  @Test("Options that make no sense are told at their place", arguments: RefusedOptions.all)
  func options(_ refused: RefusedOptions) throws {
    let error = #expect(throws: SluiceError.self) { try RESTFixture.options(refused.options) }
    #expect(error?.kind == .specInvalid && error?.description.contains(refused.place) == true, "\(String(describing: error))")
    #expect(error?.description.contains("hidden") == false)
  }

  struct RefusedOptions: Sendable, CustomTestStringConvertible {
    let options: SpecValue
    let place: String

    var testDescription: String { place }

    static let all = [
      RefusedOptions(options: .object([]), place: "$.sink.catalog.uri"),
      RefusedOptions(options: ["uri": "host:80"], place: "$.sink.catalog.uri"),
      RefusedOptions(options: ["uri": "https://me:hidden@host"], place: "$.sink.catalog.uri"),
      RefusedOptions(options: ["uri": "https://"], place: "$.sink.catalog.uri"),
      RefusedOptions(options: ["uri": "https://h", "oauth2ServerUri": "h/token"], place: "$.sink.catalog.oauth2ServerUri"),
      RefusedOptions(options: ["uri": "https://h", "token": "hidden", "credential": "a:hidden"], place: "$.sink.catalog"),
      RefusedOptions(options: ["uri": "https://h", "namespace": ["a", ""]], place: "$.sink.catalog.namespace"),
      RefusedOptions(options: ["uri": "https://h", "tls": ["cert": "c.pem"]], place: "$.sink.catalog.tls"),
    ]
  }
}
