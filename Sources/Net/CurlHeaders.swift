internal import CCurl
internal import SluiceCore

/// The headers of a request as libcurl takes them. Freed with its last owner.
final class CurlHeaders {
  private(set) var list: UnsafeMutablePointer<curl_slist>?

  /// A line end in a header would begin another one, so it is refused.
  init(_ headers: [HTTPHeader]) throws(HTTPFailure) {
    // libcurl would ask before it sends a large body, and wait for servers that never answer that.
    list = curl_slist_append(nil, "Expect:")
    for header in headers {
      let value = header.value.reveal()
      guard Self.isName(header.name), !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
        throw HTTPFailure(.invalid, "the header \(JSONText.quoted(header.name)) holds characters that no header may hold", mayHaveArrived: false)
      }
      // With a colon, libcurl would take an empty value for "leave this header out".
      list = curl_slist_append(list, value.isEmpty ? "\(header.name);" : "\(header.name): \(value)")
    }
  }

  deinit {
    curl_slist_free_all(list)
  }

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ";") }
  }
}
