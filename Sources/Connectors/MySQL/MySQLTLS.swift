internal import SluiceCore

/// How a connection is encrypted, and how far the server has to prove who it is.
struct MySQLTLS: Sendable {
  enum Mode: String, CaseIterable, Sendable {
    case disabled
    /// Encrypted when the server can, trusting any certificate.
    case preferred
    /// Encrypted, trusting any certificate.
    case required
    /// Encrypted, with a certificate of a trusted authority that names the host.
    case verifyFull = "verify-full"
  }

  let mode: Mode
  /// Files in PEM form.
  let ca: String?
  let cert: String?
  let key: String?

  /// `isLocal`: whether the server is on this machine, where there is nobody between and encryption costs a tenth of a load's CPU.
  init(_ values: OptionValues, isLocal: Bool) throws {
    ca = values.string("ca")
    let name = values.string("mode")
    mode = name.flatMap(Mode.init(rawValue:)) ?? (isLocal && ca == nil ? .disabled : .verifyFull)
    cert = values.string("cert")
    key = values.string("key")
    if (cert == nil) != (key == nil) {
      throw SluiceError(
        .specInvalid, "a client certificate needs both `cert` and `key`", at: .init(path: "$.source.tls.\(cert == nil ? "key" : "cert")"))
    }
  }

  static let definitions: [OptionDefinition] = [
    OptionDefinition(
      "mode", .choice(Mode.allCases.map(\.rawValue)),
      help: "`verify-full` by default, `disabled` on a loopback address or a socket without a `ca`. Only `verify-full` proves who the server is."),
    OptionDefinition("ca", .string, help: "File with the trusted authorities' certificates (PEM); the system's by default."),
    OptionDefinition("cert", .string, help: "File with the client's certificate (PEM)."),
    OptionDefinition("key", .string, help: "File with the key of the client's certificate (PEM)."),
  ]
}
