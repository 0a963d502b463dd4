internal import CCurl
public import SluiceCore
internal import Synchronization

/// HTTP by libcurl. Connections are kept for the next call, whichever thread makes it.
public final class CurlClient: HTTPClient {
  private static let idleHandles = 8
  private static let redirects = 5
  private let idle = Mutex<[CurlHandle]>([])

  public init() {}

  public func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    let handle = if let handle = idle.withLock({ $0.popLast() }) { handle } else { try CurlHandle() }
    defer { giveBack(handle) }
    var request = request
    var response = try handle.perform(request)
    for _ in 0..<Self.redirects {
      guard request.method == .get || request.method == .head, let next = handle.redirect, let origin = CurlOrigin(next),
        origin == CurlOrigin(request.url)
      else { break }
      request.url = next
      response = try handle.perform(request)
    }
    return response
  }

  private func giveBack(_ handle: CurlHandle) {
    idle.withLock { if $0.count < Self.idleHandles { $0.append(handle) } }
  }
}
