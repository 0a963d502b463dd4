/// Reads a set of GTIDs in the server's binary form.
enum PreviousGTIDs {
  /// The set as the server spells it: `uuid:1-5:7,uuid:tag:1-3`; empty for none.
  static func text(_ body: UnsafeRawBufferPointer) throws -> String {
    var cursor = BinlogCursor(body, "a set of GTIDs")
    let header = try cursor.uint64()
    // The topmost byte tells the form; the tagged one counts in the six bytes between.
    let isTagged = header >> 56 == 1
    let count = isTagged ? (header << 8) >> 16 : header
    guard count <= UInt64(cursor.remaining / 24 + 1) else { throw cursor.damaged("it counts more sources than it has bytes") }
    var parts: [String] = []
    var last = ""
    for _ in 0..<count {
      let source = "\(try ServerUUID(&cursor))"
      var text = source
      if isTagged {
        let tag = try cursor.text(Int(try cursor.uint8() >> 1))
        if !tag.isEmpty { text += ":\(tag)" }
      }
      let intervals = try cursor.uint64()
      guard intervals <= UInt64(cursor.remaining / 16) else { throw cursor.damaged("it counts more intervals than it has bytes") }
      for _ in 0..<intervals {
        let start = try cursor.uint64()
        let end = try cursor.uint64()
        guard start > 0, end > start else { throw cursor.damaged("an interval is empty") }
        text += start + 1 == end ? ":\(start)" : ":\(start)-\(end - 1)"
      }
      // Tags of one source follow each other, and the source is spelled once.
      if isTagged, source == last {
        parts[parts.count - 1] += text.dropFirst(source.count)
      } else {
        parts.append(text)
      }
      last = source
    }
    return parts.joined(separator: ",")
  }
}
