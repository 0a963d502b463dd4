/// An authority of a test's own, and a certificate that it signed.
public final class TestCertificates: Sendable {
  private let folder: TemporaryFolder

  public init(names: String = "DNS:localhost,IP:127.0.0.1") throws {
    folder = try TemporaryFolder()
    let openssl = try Checkout.program("/usr/bin/openssl", made: "./setup")
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    let steps = [
      ["req", "-x509"] + curve + ["-days", "30", "-subj", "/CN=sluice test", "-keyout", "ca-key.pem", "-out", "ca.pem"],
      ["req"] + curve
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=\(names)", "-keyout", "key.pem", "-out", "request.pem"],
      ["x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-copy_extensions", "copy", "-days", "30"]
        + ["-out", "certificate.pem"],
    ]
    for step in steps {
      let child = try ChildProcess(openssl, step, folder: folder.path)
      guard try child.wait(within: .seconds(60)) == .exit(0) else { throw TestFailure("openssl: \(child.tail)") }
    }
  }

  public var authority: String { folder.appending("ca.pem") }
  public var certificate: String { folder.appending("certificate.pem") }
  public var key: String { folder.appending("key.pem") }
}
