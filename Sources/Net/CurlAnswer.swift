internal import CCurl
internal import Glibc

/// What has come of an answer so far.
final class CurlAnswer {
  let limit: Int
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var body: [UInt8] = []
  private(set) var isTooLarge = false

  init(limit: Int) {
    self.limit = limit
  }

  static let takeBody: curl_write_callback = { bytes, size, count, context in
    guard let context else { return 0 }
    let answer = Unmanaged<CurlAnswer>.fromOpaque(context).takeUnretainedValue()
    return answer.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
  }

  static let takeHeader: curl_write_callback = { bytes, size, count, context in
    guard let context else { return 0 }
    let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
    Unmanaged<CurlAnswer>.fromOpaque(context).takeUnretainedValue().take(line)
    return size * count
  }

  private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    isTooLarge = isTooLarge || bytes.count > limit - body.count
    if !isTooLarge { body += bytes }
    return !isTooLarge
  }

  /// A status line begins anew: an answer may have others before it.
  private func take(_ line: String) {
    if line.hasPrefix("HTTP/") { headers = [] }
    guard let colon = line.firstIndex(of: ":"), !line.hasPrefix("HTTP/") else { return }
    headers.append((line[..<colon].lowercased(), String(Self.trimmed(line[line.index(after: colon)...]))))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
