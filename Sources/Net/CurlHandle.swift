internal import CCurl
internal import SluiceCore

/// One transfer at a time, and the connections that are left from the last ones.
///
/// Unchecked: `CurlClient` hands a handle to one thread at a time.
final class CurlHandle: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  /// The library's own start is not safe to run twice at once.
  private static let library = curl_global_init(Int(CURL_GLOBAL_ALL))

  init() throws(HTTPFailure) {
    guard Self.library == CURLE_OK, let handle = curl_easy_init() else {
      errorText.deallocate()
      throw HTTPFailure(.invalid, "the HTTP library gave no handle", mayHaveArrived: false)
    }
    self.handle = handle
  }

  deinit {
    curl_easy_cleanup(handle)
    errorText.deallocate()
  }

  /// Where the last answer points to, as an absolute URL.
  var redirect: String? {
    var text: UnsafeMutablePointer<CChar>?
    guard sluice_curl_get_text(handle, CURLINFO_REDIRECT_URL, &text) == CURLE_OK, let text else { return nil }
    return String(cString: text)
  }

  func perform(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    curl_easy_reset(handle)
    errorText.pointee = 0
    let answer = CurlAnswer(limit: request.settings.responseBytes)
    let headers = try CurlHeaders(request.headers)
    var body = request.body ?? []
    let code = withExtendedLifetime((answer, headers)) {
      body.withUnsafeMutableBytes { bytes in
        configure(request, headers, answer, body: bytes)
        return curl_easy_perform(handle)
      }
    }
    guard code == CURLE_OK else { throw failure(code, answer) }
    return HTTPResponse(status: number(CURLINFO_RESPONSE_CODE), headers: answer.headers, body: answer.body)
  }

  private func configure(_ request: HTTPRequest, _ headers: CurlHeaders, _ answer: CurlAnswer, body: UnsafeMutableRawBufferPointer) {
    sluice_curl_set_address(handle, CURLOPT_ERRORBUFFER, errorText)
    sluice_curl_set_text(handle, CURLOPT_URL, request.url)
    sluice_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    // Signals would reach whatever thread the process likes.
    sluice_curl_set_number(handle, CURLOPT_NOSIGNAL, 1)
    sluice_curl_set_text(handle, CURLOPT_USERAGENT, "sluice")
    sluice_curl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "")
    sluice_curl_set_address(handle, CURLOPT_HTTPHEADER, headers.list)
    configure(request.settings)
    switch request.method {
    case .get: sluice_curl_set_number(handle, CURLOPT_HTTPGET, 1)
    case .head: sluice_curl_set_number(handle, CURLOPT_NOBODY, 1)
    case .post, .put, .delete: configureBody(request, body)
    }
    let context = Unmanaged.passUnretained(answer).toOpaque()
    sluice_curl_set_address(handle, CURLOPT_WRITEDATA, context)
    sluice_curl_set_callback(handle, CURLOPT_WRITEFUNCTION, CurlAnswer.takeBody)
    sluice_curl_set_address(handle, CURLOPT_HEADERDATA, context)
    sluice_curl_set_callback(handle, CURLOPT_HEADERFUNCTION, CurlAnswer.takeHeader)
  }

  private func configure(_ settings: HTTPSettings) {
    sluice_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(settings.connectSeconds))
    sluice_curl_set_number(handle, CURLOPT_TIMEOUT_MS, milliseconds(settings.seconds))
    sluice_curl_set_number(handle, CURLOPT_SSL_VERIFYPEER, settings.verifies ? 1 : 0)
    sluice_curl_set_number(handle, CURLOPT_SSL_VERIFYHOST, settings.verifies ? 2 : 0)
    if let authorities = settings.authorities { sluice_curl_set_text(handle, CURLOPT_CAINFO, authorities) }
    if let certificate = settings.certificate { sluice_curl_set_text(handle, CURLOPT_SSLCERT, certificate) }
    if let key = settings.key { sluice_curl_set_text(handle, CURLOPT_SSLKEY, key) }
  }

  private func configureBody(_ request: HTTPRequest, _ body: UnsafeMutableRawBufferPointer) {
    // On a connection that was open before, libcurl itself sends a request again when the server hangs up without a word.
    sluice_curl_set_number(handle, CURLOPT_FRESH_CONNECT, 1)
    guard request.body != nil || request.method != .delete else {
      sluice_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
      return
    }
    sluice_curl_set_number(handle, CURLOPT_POST, 1)
    sluice_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
    if let address = body.baseAddress {
      sluice_curl_set_address(handle, CURLOPT_POSTFIELDS, address)
    } else {
      // Without an address libcurl would read the body from the standard input.
      sluice_curl_set_text(handle, CURLOPT_COPYPOSTFIELDS, "")
    }
    if request.method != .post { sluice_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
  }

  private func milliseconds(_ seconds: Double) -> Int {
    Int((max(0.001, min(seconds, 1_000_000)) * 1_000).rounded(.up))
  }

  private func number(_ info: CURLINFO) -> Int {
    var number = 0
    return sluice_curl_get_number(handle, info, &number) == CURLE_OK ? number : 0
  }

  private func failure(_ code: CURLcode, _ answer: CurlAnswer) -> HTTPFailure {
    let hasSent = number(CURLINFO_REQUEST_SIZE) > 0
    if answer.isTooLarge { return HTTPFailure(.tooLarge, "the answer is larger than \(answer.limit) bytes", mayHaveArrived: true) }
    let detail = String(cString: errorText)
    return HTTPFailure(
      Self.reason(of: code), detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail, mayHaveArrived: hasSent)
  }

  private static func reason(of code: CURLcode) -> HTTPFailure.Reason {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR: .unreachable
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: .untrusted
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalid
    default: .broken
    }
  }
}
