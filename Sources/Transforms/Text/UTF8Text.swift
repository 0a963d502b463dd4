import CTransforms
import Glibc

/// What UTF-8 bytes say, without making a string of them. Offsets are within the text.
enum UTF8Text {
  @inline(__always)
  static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

  /// Characters (Unicode scalars); each byte of malformed text that continues nothing counts as one.
  @inline(__always)
  static func length(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    for byte in text where !isContinuation(byte) { count &+= 1 }
    return count
  }

  /// The offset after `count` characters from `start` on; the text's end when there are fewer.
  @inline(__always)
  static func offset(after count: Int, from start: Int = 0, in text: UnsafeBufferPointer<UInt8>) -> Int {
    var at = start
    var left = count
    while left > 0, at < text.count {
      at &+= 1
      while at < text.count, isContinuation(text[at]) { at &+= 1 }
      left &-= 1
    }
    return at
  }

  /// The offset of the last `count` characters.
  @inline(__always)
  static func offset(ofLast count: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
    var at = text.count
    var left = count
    while left > 0, at > 0 {
      at &-= 1
      while at > 0, isContinuation(text[at]) { at &-= 1 }
      left &-= 1
    }
    return at
  }

  static func isASCII(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var bits: UInt8 = 0
    for byte in text { bits |= byte }
    return bits < 0x80
  }

  static func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    isASCII(text) || String(validating: text, as: UTF8.self) != nil
  }

  /// The offset of the first `part` at or after `start`; `nil` when there is none. Time linear in the text.
  @inline(__always)
  static func find(_ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Int? {
    if part.isEmpty { return start <= text.count ? start : nil }
    guard start &+ part.count <= text.count, let base = text.baseAddress, let wanted = part.baseAddress else { return nil }
    let found = Int(st_find(base + start, Int64(text.count &- start), wanted, Int64(part.count)))
    return found < 0 ? nil : start &+ found
  }

  @inline(__always)
  static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard left.count > 0, let a = left.baseAddress, let b = right.baseAddress else { return true }
    return memcmp(a, b, left.count) == 0
  }

  /// By unsigned bytes: negative, zero or positive.
  @inline(__always)
  static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    if let a = left.baseAddress, let b = right.baseAddress {
      let order = memcmp(a, b, min(left.count, right.count))
      if order != 0 { return Int(order) }
    }
    return left.count &- right.count
  }
}
