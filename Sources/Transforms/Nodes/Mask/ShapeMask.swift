import SluiceCore

/// Kinds of texts of which people expect to see a certain part.
enum MaskShape: String, Sendable {
  case email, phone, card, id

  /// How many of `count` digits (of an identity number: letters and digits) stay at the start and at the end.
  func kept(of count: Int) -> (first: Int, last: Int) {
    switch self {
    case .email: (0, 0)
    case .phone: count >= 10 ? (3, 4) : count >= 7 ? (0, 3) : (0, 0)
    case .card: count >= 12 ? (0, 4) : (0, 0)
    case .id: count >= 8 ? (2, 2) : (0, 0)
    }
  }
}

/// Letters and digits become the mask's character, but for those that the shape keeps; punctuation stays. Of an e-mail address, the first
/// character and the domain stay, and three mask characters tell nothing of the length between.
struct ShapeMask: ColumnRewrite {
  let type = DataType.string
  let source: TextOfColumn
  let shape: MaskShape
  let mask: UInt8

  var note: String? { "masked" }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    let texts = try source.texts(of: column)
    var writer = TextWriter(for: texts, expecting: texts.textByteCount + texts.count * 3)
    let isMail = shape == .email
    texts.forEachText { _, text, count in
      if let target = writer.room(count + 3) { writer.advance(isMail ? mail(text, count, target) : shaped(text, count, target)) }
      writer.finishValue()
    }
    return writer.finish(.string)
  }

  private func mail(_ text: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<UInt8>) -> Int {
    var at = count - 1
    while at >= 0, text[at] != 0x40 { at -= 1 }
    guard at > 0 else { return shaped(text, count, target) }
    var end = 1
    while end < at, !ScalarText.isStart(text[end]) { end += 1 }
    var written = 0
    if end < at {
      for index in 0..<end { target[index] = text[index] }
      written = end
    }
    for _ in 0..<3 {
      target[written] = mask
      written += 1
    }
    for index in at..<count {
      target[written] = text[index]
      written += 1
    }
    return written
  }

  /// Whether the character may be one of those that stay: letters are none of a number.
  @inline(__always) private func counts(_ byte: UInt8) -> Bool {
    ScalarText.tells(byte) && (shape == .id || byte >= 0x80 || byte < 0x40)
  }

  private func shaped(_ text: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<UInt8>) -> Int {
    var total = 0
    for index in 0..<count where ScalarText.isStart(text[index]) && counts(text[index]) { total += 1 }
    let (first, last) = shape.kept(of: total)
    var (seen, written) = (0, 0)
    var isKept = true
    for index in 0..<count {
      let byte = text[index]
      if ScalarText.isStart(byte) {
        isKept = true
        if ScalarText.tells(byte) {
          let isCounted = counts(byte)
          if isCounted { seen += 1 }
          isKept = isCounted && (seen <= first || seen > total - last)
          if !isKept {
            target[written] = mask
            written += 1
          }
        }
      }
      if isKept {
        target[written] = byte
        written += 1
      }
    }
    return written
  }
}
