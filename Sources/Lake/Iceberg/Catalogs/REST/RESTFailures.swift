internal import SluiceCore

/// Answers that tell of a failure, in our terms. Nothing that the spec holds as a secret appears in a text, even where the server repeats it.
struct RESTFailures: Sendable {
  private let address: String
  private let secrets: [Secret]
  private let verifiesByFile: Bool

  /// Longer messages carry stack traces.
  private static let longestMessage = 400

  init(_ options: RESTOptions) {
    address = options.uri
    secrets = [options.token, options.credential?.secret].compactMap { $0 } + options.headers.map(\.value)
    verifiesByFile = options.http.authorities != nil
  }

  /// Whether it may be over after a while.
  func mayPass(_ error: SluiceError) -> Bool {
    ErrorPolicy.of(error.kind).retry == .backoff && (error.cause as? HTTPFailure)?.reason != .untrusted
  }

  /// There was no answer, for that reason or for one that was told already.
  func error(_ failure: any Error, doing: String, table: TableID? = nil) -> SluiceError {
    if let failure = failure as? HTTPFailure { return error(failure, doing: doing, table: table) }
    if let error = failure as? SluiceError { return table.map(error.inTable) ?? error }
    return SluiceError(.defect, "\(doing): \(failure)", at: .init(table: table), cause: failure)
  }

  private func error(_ failure: HTTPFailure, doing: String, table: TableID?) -> SluiceError {
    let message = "\(doing) at \(address): \(hidden(failure.message))"
    return switch failure.reason {
    case .untrusted:
      SluiceError(
        .catalogUnavailable, message, at: .init(table: table),
        remedy: verifiesByFile
          ? "Check that `tls.ca` holds the authority of the server's certificate, and that the address has a name of the certificate."
          : "Give the authority that signed the server's certificate as `tls.ca`.", cause: failure)
    case .invalid, .tooLarge: SluiceError(.catalogRefused, message, at: .init(table: table), cause: failure)
    case .unreachable, .timedOut, .broken: SluiceError(.catalogUnavailable, message, at: .init(table: table), cause: failure)
    }
  }

  /// The answer is no success. `token` is what was sent.
  func error(_ response: HTTPResponse, doing: String, token: Secret? = nil, table: TableID? = nil) -> SluiceError {
    let model = json(response)?["error"]
    let type = model.flatMap { Self.text($0["type"]) }
    let told = model.flatMap { Self.text($0["message"]) } ?? Self.name(of: response.status)
    let text = "\(doing) at \(address): \(hidden(told, token)) (status \(response.status)\(type.map { ", \($0)" } ?? ""))"
    return SluiceError(kind(response.status, type), text, at: .init(table: table), remedy: remedy(response, type))
  }

  /// The answer to a request for a token, which has an error model of its own (RFC 6749).
  func tokenError(_ response: HTTPResponse, doing: String) -> SluiceError {
    guard let body = json(response), let code = Self.text(body["error"]), response.status < 500 else { return error(response, doing: doing) }
    let told = Self.text(body["error_description"]).map { ": \($0)" } ?? ""
    let remedy = code == "invalid_scope" ? "Set `scope` to one that the server gives out." : nil
    return SluiceError(.catalogAuthentication, "\(doing) at \(address): \(hidden(code + told)) (status \(response.status))", remedy: remedy)
  }

  /// The body as JSON; `nil` when it is none.
  func json(_ response: HTTPResponse) -> SpecValue? {
    String(validating: response.body, as: UTF8.self).flatMap { try? JSONReader.read($0) }
  }

  private func kind(_ status: Int, _ type: String?) -> ErrorKind {
    switch status {
    case 401, 419: .catalogAuthentication
    case 403: .catalogDenied
    case 404 where type == "NoSuchTableException" || type == "NoSuchNamespaceException": .targetMissing
    case 409: .targetConflict
    case 408, 429, 500...599: .catalogUnavailable
    default: .catalogRefused
    }
  }

  private func remedy(_ response: HTTPResponse, _ type: String?) -> String? {
    switch response.status {
    case 300..<400: "The server has moved\(response["location"].map { " to \($0)" } ?? ""): give its new address as `uri`."
    case 404 where type == nil: "Check that `uri` is the address before `/v1` of an Iceberg REST catalog."
    case 404 where type == "NoSuchWarehouseException": "Check `sink.warehouse`: the server does not know it by that name."
    case 406: "The server lacks what Sluice needs: see its documentation."
    default: nil
    }
  }

  private func hidden(_ text: String, _ token: Secret? = nil) -> String {
    var text = String(text.prefix(Self.longestMessage).map { $0.isNewline ? " " : $0 })
    for secret in secrets + [token].compactMap({ $0 }) where secret.reveal().count >= 4 {
      text = text.split(separator: secret.reveal(), omittingEmptySubsequences: false).joined(separator: "***")
    }
    return text
  }

  private static func text(_ value: SpecValue?) -> String? {
    if case .string(let text)? = value { text } else { nil }
  }

  private static func name(of status: Int) -> String {
    switch status {
    case 300..<400: "a redirect"
    case 401: "not authenticated"
    case 403: "not allowed"
    case 404: "not found"
    case 429: "too many requests"
    case 500..<600: "the server has failed"
    default: "not understood"
    }
  }
}
