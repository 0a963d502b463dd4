/// Numbers as most are written: a sign, digits, perhaps a point. What is longer or has an exponent is left to others.
enum PlainNumber {
  /// The number times ten to the power of `scale`; `nil` when it is not plain, has more digits than 18, or more behind the point than `scale`.
  @inline(__always)
  static func scaled(_ text: UnsafePointer<UInt8>, _ count: Int, scale: Int) -> Int64? {
    guard count > 0, count <= 20 else { return nil }
    let isNegative = text[0] == 0x2d
    var at = isNegative ? 1 : 0
    let first = at
    var value: Int64 = 0
    while at < count, text[at] &- 0x30 < 10 {
      value = value &* 10 &+ Int64(text[at] &- 0x30)
      at &+= 1
    }
    var digits = at &- first
    guard digits > 0 else { return nil }
    var missing = scale
    if at < count {
      guard text[at] == 0x2e else { return nil }
      at &+= 1
      let start = at
      while at < count, text[at] &- 0x30 < 10 {
        value = value &* 10 &+ Int64(text[at] &- 0x30)
        at &+= 1
      }
      guard at == count, at > start else { return nil }
      digits &+= at &- start
      missing &-= at &- start
    }
    guard missing >= 0, digits &+ missing <= 18 else { return nil }
    while missing > 0 {
      value = value &* 10
      missing &-= 1
    }
    return isNegative ? 0 &- value : value
  }
}
