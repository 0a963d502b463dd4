import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

@Suite struct RESTFailureTests {
  private static let table = RESTFixture.table

  @Test("A namespace that is missing is told when a table is made in it")
  func missingNamespace() throws {
    let fixture = try RESTFixture()
    let error = #expect(throws: SluiceError.self) { try fixture.catalog().create(Self.table, RESTFixture.creation()) }
    #expect(error?.kind == .targetMissing && error?.message.contains("Namespace does not exist: shop") == true, "\(String(describing: error))")
  }

  @Test("A warehouse that the server does not know is told")
  func wrongWarehouse() throws {
    let fixture = try RESTFixture(["warehouse": "main"])
    let error = #expect(throws: SluiceError.self) { try fixture.catalog(warehouse: "other").namespaces() }
    #expect(error?.kind == .catalogRefused && error?.remedy?.contains("sink.warehouse") == true, "\(String(describing: error))")
  }

  @Test("An address that is no catalog's is told")
  func wrongAddress() throws {
    let fixture = try RESTFixture()
    let error = #expect(throws: SluiceError.self) { try fixture.catalog(["uri": .string(fixture.server.uri + "/nowhere")]).namespaces() }
    #expect(error?.kind == .catalogRefused, "\(String(describing: error))")
    try fixture.server.fault("get_config", ["status": 200, "text": "<html>Welcome</html>", "applied": true])
    let page = #expect(throws: SluiceError.self) { try fixture.catalog().namespaces() }
    #expect(page?.kind == .catalogRefused && page?.message.contains("no JSON") == true, "\(String(describing: page))")
  }

  @Test("A server that is not there is told at once")
  func unreachable() throws {
    let fixture = try RESTFixture()
    let error = #expect(throws: SluiceError.self) { try fixture.catalog(["uri": "http://127.0.0.1:1"]).namespaces() }
    #expect(error?.kind == .catalogUnavailable && error?.message.contains("http://127.0.0.1:1") == true)
    #expect(fixture.pauses.all.reduce(0, +) <= 3)
  }

  @Test("A server that moved is not followed elsewhere")
  func moved() throws {
    let fixture = try RESTFixture()
    try fixture.server.fault("get_config", ["status": 301, "headers": ["Location": "https://elsewhere.invalid/"]])
    let error = #expect(throws: SluiceError.self) { try fixture.catalog().namespaces() }
    #expect(error?.kind == .catalogRefused && error?.remedy?.contains("https://elsewhere.invalid/") == true, "\(String(describing: error))")
  }

  @Test("Questions are asked again while the server is busy or broken, with growing pauses")
  func busy() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    try fixture.make(catalog)
    try fixture.server.fault("load_table", ["status": 503])
    try fixture.server.fault("load_table", ["status": 500])
    try fixture.server.fault("load_table", ["cut": true])
    try fixture.server.fault("load_table", ["half": true, "applied": true])
    try fixture.server.fault("load_table", ["status": 429, "retryAfter": 5])
    #expect(try catalog.load(Self.table) != nil)
    #expect(
      fixture.pauses.all.last == 5 && fixture.pauses.all.count >= 4
        && fixture.pauses.all.dropLast().elementsEqual(fixture.pauses.all.dropLast().sorted()))
  }

  @Test("A server that is busy for longer than the job's patience is an error worth trying again")
  func impatient() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog(["patience": "20s"])
    try fixture.make(catalog)
    try fixture.server.fault("load_table", ["status": 503, "times": 99, "message": "Slow down", "type": "SlowDownException"])
    let error = #expect(throws: SluiceError.self) { try catalog.load(Self.table) }
    #expect(error?.kind == .catalogUnavailable && error?.message.contains("Slow down") == true)
    #expect(ErrorPolicy.of(.catalogUnavailable).retry == .backoff)
    #expect(fixture.pauses.all.reduce(0, +) <= 20)
    try fixture.server.fault("load_table", ["status": 429, "retryAfter": 3600])
    #expect(throws: SluiceError.self) { try catalog.load(Self.table) }
  }

  @Test("Metadata that makes no sense is told with its table")
  func damaged() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    try fixture.make(catalog)
    for text in [#"{"metadata": {"format-version": 3}}"#, #"{"metadata": 1}"#, "{}", "[]"] {
      try fixture.server.fault("load_table", ["status": 200, "text": .string(text), "applied": true])
      let error = #expect(throws: SluiceError.self) { try catalog.load(Self.table) }
      #expect(error?.kind == .targetDamaged && error?.place.table == Self.table, "\(text): \(String(describing: error))")
    }
  }

  @Test("A list without an end is left")
  func endlessList() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    try catalog.createNamespace("shop")
    try fixture.server.fault(
      "list_tables", ["status": 200, "text": #"{"identifiers": [], "next-page-token": "again"}"#, "applied": true, "times": 9])
    #expect(throws: SluiceError.self) { try catalog.tables(in: "shop") }
  }
}
