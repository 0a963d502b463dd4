import SluiceCore
import SluiceNet
import Synchronization
import TestKit
import Testing

/// The client against the REST catalog of the tests, which is a server like any other here.
@Suite struct CurlClientTests {
  private let client = CurlClient()

  @Test func anAnswerComesWithStatusHeadersAndBody() throws {
    let server = try RESTCatalogServer()
    let response = try client.send(HTTPRequest(.get, server.uri + "/v1/config"))
    #expect(response.status == 200 && response["content-type"] == "application/json")
    #expect(try JSONReader.read(String(decoding: response.body, as: UTF8.self))["defaults"] != nil)
    let missing = try client.send(HTTPRequest(.get, server.uri + "/nothing"))
    #expect(missing.status == 404 && !missing.body.isEmpty)
    let head = try client.send(HTTPRequest(.head, server.uri + "/v1/namespaces/none"))
    #expect(head.status == 404 && head.body.isEmpty)
  }

  @Test func aBodyAndHeadersReachTheServer() throws {
    let server = try RESTCatalogServer(["headers": ["X-Key": "value: of its own"]])
    let body = Array(#"{"namespace": ["a"], "properties": {"long": "\#(String(repeating: "x", count: 2 << 20))"}}"#.utf8)
    let headers = [HTTPHeader("X-Key", "value: of its own"), HTTPHeader("Content-Type", "application/json")]
    #expect(try client.send(HTTPRequest(.post, server.uri + "/v1/namespaces", headers: headers, body: body)).status == 200)
    #expect(try client.send(HTTPRequest(.delete, server.uri + "/v1/namespaces/a", headers: headers)).status == 204)
    #expect(try client.send(HTTPRequest(.post, server.uri + "/v1/namespaces", headers: headers, body: [])).status == 400)
    #expect(try server.requests().last?.headers["expect"] == nil)
  }

  @Test func aServerThatIsNotThereNeverGotTheRequest() throws {
    let server = try RESTCatalogServer()
    #expect(try client.send(HTTPRequest(.get, server.uri + "/v1/config")).status == 200)
    for (url, reason) in [
      ("http://127.0.0.1:1/", HTTPFailure.Reason.unreachable), ("http://no-such-host.invalid/", .unreachable), ("ftp://a/", .invalid),
    ] {
      let failure = #expect(throws: HTTPFailure.self) { try client.send(HTTPRequest(.post, url, body: [1])) }
      #expect(failure?.reason == reason && failure?.mayHaveArrived == false, "\(url): \(String(describing: failure))")
    }
  }

  @Test func aConnectionThatIsCutMayHaveDoneItsWork() throws {
    let server = try RESTCatalogServer()
    for fault: SpecValue in [["cut": true], ["half": true, "applied": true]] {
      // A connection that was used before is the dangerous one.
      #expect(try client.send(HTTPRequest(.get, server.uri + "/v1/config")).status == 200)
      try server.fault("create_namespace", fault)
      try server.forgetRequests()
      let request = HTTPRequest(
        .post, server.uri + "/v1/namespaces", headers: [HTTPHeader("Content-Type", "application/json")],
        body: Array(#"{"namespace": ["a"]}"#.utf8))
      let failure = #expect(throws: HTTPFailure.self) { try client.send(request) }
      #expect(failure?.reason == .broken && failure?.mayHaveArrived == true, "\(String(describing: failure))")
      #expect(try server.requests("create_namespace").count == 1)
    }
  }

  @Test func aServerThatIsSilentForTooLongIsLeft() throws {
    let server = try RESTCatalogServer()
    try server.fault("get_config", ["gate": "shut"])
    var request = HTTPRequest(.get, server.uri + "/v1/config")
    request.settings.seconds = 0.3
    let failure = #expect(throws: HTTPFailure.self) { try client.send(request) }
    #expect(failure?.reason == .timedOut && failure?.mayHaveArrived == true)
    try server.openGate("shut")
  }

  @Test func anAnswerMayBeTooLarge() throws {
    let server = try RESTCatalogServer()
    var request = HTTPRequest(.get, server.uri + "/v1/config")
    request.settings.responseBytes = 64
    let failure = #expect(throws: HTTPFailure.self) { try client.send(request) }
    #expect(failure?.reason == .tooLarge)
  }

  @Test func aRedirectStaysWithItsServer() throws {
    let server = try RESTCatalogServer()
    let other = try RESTCatalogServer()
    let moved: (String) -> SpecValue = { ["status": 307, "headers": ["Location": .string($0)]] }
    let request = HTTPRequest(.get, server.uri + "/v1/config", headers: [HTTPHeader("Authorization", "Bearer secret")])
    try server.fault("get_config", moved("/v1/config"))
    #expect(try client.send(request).status == 200)
    try server.fault("get_config", moved(other.uri + "/v1/config"))
    let response = try client.send(request)
    #expect(response.status == 307 && response["location"] == other.uri + "/v1/config")
    #expect(try other.requests().isEmpty)
    try server.fault("get_config", moved("/v1/config").merging(["times": 20]))
    #expect(try client.send(request).status == 307)
  }

  @Test func aHeaderCannotBringAnotherOne() throws {
    let server = try RESTCatalogServer()
    for header in [HTTPHeader("X", "a\r\nY: b"), HTTPHeader("X\nY", "b"), HTTPHeader("", "b")] {
      let failure = #expect(throws: HTTPFailure.self) { try client.send(HTTPRequest(.get, server.uri + "/v1/config", headers: [header])) }
      #expect(failure?.reason == .invalid && failure?.message.contains("Y: b") == false)
    }
    #expect(try server.requests().isEmpty)
  }

  @Test func manyThreadsShareAClient() throws {
    let server = try RESTCatalogServer()
    let statuses = Mutex<[Int]>([])
    try Concurrently.run(8) { _ in
      for _ in 0..<20 {
        let status = try client.send(HTTPRequest(.get, server.uri + "/v1/config")).status
        statuses.withLock { $0.append(status) }
      }
    }
    #expect(statuses.withLock { $0 } == Array(repeating: 200, count: 160))
  }
}
