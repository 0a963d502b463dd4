import SluiceCore

/// The first and the last characters stay, each other one becomes the mask's character.
struct KeepMask: ColumnRewrite {
  let type = DataType.string
  let source: TextOfColumn
  let first: Int
  let last: Int
  let mask: UInt8

  var note: String? { "masked" }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    let texts = try source.texts(of: column)
    // A masked text never has more bytes than its source.
    var writer = TextWriter(for: texts, expecting: texts.textByteCount)
    texts.forEachText { _, text, count in
      if let target = writer.room(count) { writer.advance(masked(text, count, target)) }
      writer.finishValue()
    }
    return writer.finish(.string)
  }

  /// Writes the masked text, and returns its bytes.
  @inline(__always)
  private func masked(_ text: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<UInt8>) -> Int {
    guard ScalarText.isASCII(text, count) else { return maskedScalars(text, count, target) }
    let isKept = count > first &+ last
    let (head, tail) = isKept ? (first, last) : (0, 0)
    UnsafeMutableRawPointer(target).copyMemory(from: text, byteCount: count)
    for index in head..<(count &- tail) { target[index] = mask }
    return count
  }

  private func maskedScalars(_ text: UnsafePointer<UInt8>, _ count: Int, _ target: UnsafeMutablePointer<UInt8>) -> Int {
    let scalars = ScalarText.count(text, count)
    let isKept = scalars > first + last
    let (head, tail) = isKept ? (first, scalars - last) : (0, scalars)
    var (scalar, written) = (-1, 0)
    for index in 0..<count {
      let isStart = ScalarText.isStart(text[index])
      if isStart { scalar += 1 }
      if scalar >= head && scalar < tail {
        guard isStart else { continue }
        target[written] = mask
      } else {
        target[written] = text[index]
      }
      written += 1
    }
    return written
  }
}
