import CTransforms
import SluiceCore

/// Replaces a text by another, byte for byte. The bytes of the whole column are searched at once: most texts have no match.
struct LiteralReplacement: Sendable {
  let find: [UInt8]
  let with: [UInt8]
  let isGlobal: Bool

  func apply(_ column: Column) -> (Column, tooLong: [Int]) {
    guard column.count > 0 else { return (column, []) }
    let offsets = column.offsets
    let byteCount = Int(offsets[column.count])
    guard byteCount > Int(offsets[0]) else { return (column, []) }
    let base = column.bytesBase
    var next = match(in: base, from: Int(offsets[0]), to: byteCount)
    // Matches that reach over the end of a text are found here, too; `replaced` passes them over.
    if next == byteCount { return (column, []) }
    var writer = TextWriter(for: column, expecting: column.textByteCount + column.textByteCount / 4)
    var tooLong: [Int] = []
    for row in 0..<column.count {
      let (start, end) = (Int(offsets[row]), Int(offsets[row + 1]))
      if !replaced(base, start, end, byteCount, &next, &writer) {
        writer.discard()
        tooLong.append(row)
      }
      writer.finishValue()
    }
    return (writer.finish(.string), tooLong)
  }

  /// Writes one text; `false` when it becomes too long. `next` is the first match at or after `start`, `byteCount` for none.
  @inline(__always)
  private func replaced(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ byteCount: Int, _ next: inout Int, _ writer: inout TextWriter
  ) -> Bool {
    var at = start
    while next < end {
      if next < at || next + find.count > end {
        next = match(in: base, from: max(next + 1, at), to: byteCount)
        continue
      }
      guard writer.append(base + at, next - at), writer.append(with) else {
        next = match(in: base, from: end, to: byteCount)
        return false
      }
      at = next + find.count
      next = match(in: base, from: isGlobal ? at : end, to: byteCount)
    }
    return writer.append(base + at, end - at)
  }

  /// Where the first match from `start` on begins; `end` when there is none.
  private func match(in base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
    guard start < end else { return end }
    let found = Int(st_find(base + start, Int64(end - start), find, Int64(find.count)))
    return found < 0 ? end : start + found
  }
}
