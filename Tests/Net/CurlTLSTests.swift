import SluiceCore
import SluiceNet
import TestKit
import Testing

@Suite struct CurlTLSTests {
  private let client = CurlClient()

  @Test func aServerOfAnUnknownAuthorityIsRefusedUnlessItIsGiven() throws {
    let certificates = try TestCertificates()
    let server = try RESTCatalogServer(tls: certificates)
    var request = HTTPRequest(.get, server.uri + "/v1/config", headers: [HTTPHeader("Authorization", "Bearer secret")])
    let failure = #expect(throws: HTTPFailure.self) { try client.send(request) }
    #expect(failure?.reason == .untrusted && failure?.mayHaveArrived == false, "\(String(describing: failure))")
    #expect(try server.requests().isEmpty)
    request.settings.authorities = certificates.authority
    #expect(try client.send(request).status == 200)
    // What one request trusts, the next one does not.
    request.settings.authorities = nil
    #expect(throws: HTTPFailure.self) { try client.send(request) }
    request.settings.verifies = false
    #expect(try client.send(request).status == 200)
  }

  @Test func aCertificateMustNameTheHost() throws {
    let certificates = try TestCertificates(names: "DNS:localhost,DNS:elsewhere.invalid")
    let server = try RESTCatalogServer(tls: certificates)
    var request = HTTPRequest(.get, "https://localhost:\(server.port)/v1/config")
    request.settings.authorities = certificates.authority
    #expect(try client.send(request).status == 200)
    request.url = "https://127.0.0.1:\(server.port)/v1/config"
    let failure = #expect(throws: HTTPFailure.self) { try client.send(request) }
    #expect(failure?.reason == .untrusted, "\(String(describing: failure))")
  }

  @Test func anAuthoritysFileThatIsNotThereIsTold() throws {
    let server = try RESTCatalogServer(tls: TestCertificates())
    var request = HTTPRequest(.get, server.uri + "/v1/config")
    request.settings.authorities = server.folder.appending("no-such-file.pem")
    let failure = #expect(throws: HTTPFailure.self) { try client.send(request) }
    #expect(failure?.reason == .untrusted && failure?.message.contains("no-such-file.pem") == true, "\(String(describing: failure))")
  }

  @Test func aClientMayShowACertificateOfItsOwn() throws {
    let certificates = try TestCertificates()
    let server = try RESTCatalogServer(["tls": ["authorities": .string(certificates.authority)]], tls: certificates)
    var request = HTTPRequest(.get, server.uri + "/v1/config")
    request.settings.authorities = certificates.authority
    #expect(throws: HTTPFailure.self) { try client.send(request) }
    request.settings.certificate = certificates.certificate
    request.settings.key = certificates.key
    #expect(try client.send(request).status == 200)
  }
}
