import CTransforms
public import SluiceCore

/// A regular expression in RE2's syntax, applied to whole columns of text. Every operation takes time linear in the text, whatever the pattern is, and
/// bounded memory. Immutable; any number of threads may use it.
///
/// Unchecked because it holds a C handle; safe because RE2 only reads a compiled pattern.
public final class RegularExpression: @unchecked Sendable {
  /// The longest pattern in UTF-8 bytes.
  public static let maxLength = 16_384

  public let pattern: String
  private let handle: OpaquePointer

  /// Throws `specInvalid` with what is wrong when `pattern` is none, or would need too large a program.
  public init(_ pattern: String, ignoresCase: Bool = false) throws {
    guard pattern.utf8.count <= Self.maxLength else {
      throw SluiceError(.specInvalid, "the pattern has \(pattern.utf8.count) bytes; up to \(Self.maxLength) are allowed")
    }
    var text = pattern
    var message = [CChar](repeating: 0, count: 256)
    let compiled = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { st_regex_compile($0.baseAddress, $0.count, ignoresCase ? 1 : 0, &message, message.count) }
    }
    guard let compiled else {
      let reason = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw SluiceError(.specInvalid, "the pattern is not valid: \(reason)")
    }
    self.pattern = pattern
    handle = compiled
  }

  deinit { st_regex_free(handle) }

  /// Capturing groups, the whole match not counted.
  public var groupCount: Int { Int(st_regex_group_count(handle)) }

  /// Whether the pattern occurs in each text of `column`, a column of a `.bytes` layout; NULL for NULL.
  public func matches(in column: Column) -> Column {
    let rows = column.count
    let bits = Buffer.filled(0, count: (rows + 7) / 8)
    st_regex_match(handle, column.offsets, column.textBase, Int64(rows), bits.octets)
    let nulls = NullBits.union([Vector(column)], rows: rows)
    return Column(type: .boolean, count: rows, nullCount: nulls.count, validity: nulls.buffer, values: bits)
  }

  /// Group `group` (0: the whole match) of the first match in each text; NULL where there is none.
  public func extracted(group: Int, from column: Column) -> Column {
    let rows = column.count
    let starts = Buffer.room(rows * 4)
    let lengths = Buffer.room(rows * 4)
    let start = starts.base.assumingMemoryBound(to: Int32.self)
    let length = lengths.base.assumingMemoryBound(to: Int32.self)
    st_regex_extract(handle, Int32(clamping: group), column.offsets, column.textBase, Int64(rows), start, length)
    let base = column.textBase
    var nulls = NullBits.union([Vector(column)], rows: rows)
    var sink = TextSink(rows: rows, expecting: rows * 8)
    for row in 0..<rows {
      if length[row] < 0 { nulls.setNull(row) } else { sink.append(UnsafeBufferPointer(start: base + Int(start[row]), count: Int(length[row]))) }
      sink.finishRow()
    }
    return sink.finish(.string, nulls)
  }

  /// The number of matches in each text that do not overlap, as int64.
  public func counts(in column: Column) -> Column {
    let rows = column.count
    let counts = Buffer.room(rows * 8)
    st_regex_count(handle, column.offsets, column.textBase, Int64(rows), counts.base.assumingMemoryBound(to: Int64.self))
    let nulls = NullBits.union([Vector(column)], rows: rows)
    return Column(type: .int64, count: rows, nullCount: nulls.count, validity: nulls.buffer, values: counts)
  }

  /// What takes the place of a match: text in which `$0` to `$9` stand for the match and its groups, and `$$` for a dollar sign.
  public struct Replacement: Sendable {
    let rewrite: [CChar]
  }

  /// Throws `specInvalid` when `text` names a group that the pattern does not have.
  public func replacement(_ text: String) throws -> Replacement {
    var rewrite: [UInt8] = []
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "\\") {
        rewrite += [byte, byte]
      } else if byte == UInt8(ascii: "$"), let next = bytes.first, next == byte || next &- 48 < 10 {
        bytes.removeFirst()
        rewrite += next == byte ? [byte] : [UInt8(ascii: "\\"), next]
      } else {
        rewrite.append(byte)
      }
    }
    let replacement = Replacement(rewrite: rewrite.map { CChar(bitPattern: $0) } + [0])
    guard st_regex_accepts(handle, replacement.rewrite, replacement.rewrite.count - 1) == 1 else {
      throw SluiceError(.specInvalid, "the replacement names a group that the pattern does not have: it has \(groupCount)")
    }
    return replacement
  }

  /// Each text with its first match, or every match, replaced. Rows whose text would be too long to be kept together with those before it are not made:
  /// the result ends before the first of them.
  public func replacing(in column: Column, with replacement: Replacement, isGlobal: Bool = true) -> Column {
    let rows = column.count
    let offsets = Buffer.room((rows + 1) * 4)
    var bytes: UnsafeMutablePointer<UInt8>?
    let done = Int(
      st_regex_replace(
        handle, replacement.rewrite, replacement.rewrite.count - 1, isGlobal ? 1 : 0, column.offsets, column.textBase, Int64(rows),
        Int64(TextSink.maxTotal), offsets.base.assumingMemoryBound(to: Int32.self), &bytes))
    let made = offsets.base.load(fromByteOffset: done * 4, as: Int32.self)
    let content = bytes.map { Buffer(borrowing: UnsafeMutableRawPointer($0), byteCount: Int(made), owner: ForeignBytes($0)) } ?? .room(0)
    let kept = done == rows ? column : column.slice(from: 0, count: done)
    let nulls = NullBits.union([Vector(kept)], rows: done)
    return Column(type: column.type, count: done, nullCount: nulls.count, validity: nulls.buffer, values: offsets, bytes: content)
  }
}

/// Bytes that the C side allocated.
private final class ForeignBytes {
  private let base: UnsafeMutablePointer<UInt8>

  init(_ base: UnsafeMutablePointer<UInt8>) {
    self.base = base
  }

  deinit { st_bytes_free(base) }
}
