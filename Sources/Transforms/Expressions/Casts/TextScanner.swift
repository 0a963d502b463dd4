import SluiceCore

/// Reads values from text. Spaces around a value are allowed; everything else must be part of it.
struct TextScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var end: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    end = bytes.count
    while end > 0, Self.isSpace(bytes[end - 1]) { end -= 1 }
    while at < end, Self.isSpace(bytes[at]) { at += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
  private var isAtEnd: Bool { at == end }
  private var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[at..<end]) }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard at < end, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private func isNext(_ byte: UInt8) -> Bool { at < end && bytes[at] == byte }

  // MARK: - Numbers

  /// A whole number.
  mutating func integer() throws(RowFailure.Reason) -> Int64 {
    let isNegative = take(45)
    if !isNegative { _ = take(43) }
    guard at < end else { throw .invalidText }
    var value: Int64 = 0
    while at < end {
      let digit = bytes[at] &- 48
      guard digit < 10 else { throw .invalidText }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (next, second) = isNegative ? scaled.subtractingReportingOverflow(Int64(digit)) : scaled.addingReportingOverflow(Int64(digit))
      if overflow || second { throw .outOfRange }
      value = next
      at += 1
    }
    return value
  }

  /// An exact number with an optional exponent, rounded to `scale` digits after the point.
  mutating func decimal(scale: Int) throws(RowFailure.Reason) -> Int128 {
    let isNegative = take(45)
    if !isNegative { _ = take(43) }
    var value: Int128 = 0
    var digits = 0
    var fraction = 0
    var dropped = 0
    var firstDropped: UInt8?
    var isFraction = false
    while at < end {
      let byte = bytes[at]
      if byte == 46, !isFraction {
        isFraction = true
      } else if byte &- 48 < 10 {
        digits += 1
        if value > Decimal128.power(37) {
          // More digits than a decimal holds: they can only round.
          if firstDropped == nil { firstDropped = byte &- 48 }
          if !isFraction { dropped += 1 }
        } else {
          value = value * 10 + Int128(byte &- 48)
          if isFraction { fraction += 1 }
        }
      } else {
        break
      }
      at += 1
    }
    guard digits > 0 else { throw .invalidText }
    let exponent = try self.exponent()
    guard isAtEnd else { throw .invalidText }
    if let firstDropped, firstDropped >= 5, fraction - exponent <= scale { value += 1 }
    let from = fraction - dropped - exponent
    guard from >= -80, from <= 400 else {
      if value == 0 || from > 0 { return 0 }
      throw .outOfRange
    }
    let result = try Decimal128.rescale(value, from: from, to: scale)
    return isNegative ? -result : result
  }

  private mutating func exponent() throws(RowFailure.Reason) -> Int {
    guard take(101) || take(69) else { return 0 }
    let isNegative = take(45)
    if !isNegative { _ = take(43) }
    var value = 0
    let start = at
    while at < end, bytes[at] &- 48 < 10 {
      value = min(value * 10 + Int(bytes[at] &- 48), 100_000)
      at += 1
    }
    guard at > start else { throw .invalidText }
    return isNegative ? -value : value
  }

  /// A floating point number; what is written without an exponent and in up to 15 digits takes the short way.
  mutating func float() throws(RowFailure.Reason) -> Double {
    var index = at
    let isNegative = isNext(45)
    if isNegative || isNext(43) { index += 1 }
    var value: Int64 = 0
    var digits = 0
    var fraction = 0
    var isFraction = false
    while index < end, digits <= 15 {
      let byte = bytes[index]
      if byte == 46, !isFraction {
        isFraction = true
      } else if byte &- 48 < 10 {
        value = value * 10 + Int64(byte &- 48)
        digits += 1
        if isFraction { fraction += 1 }
      } else {
        break
      }
      index += 1
    }
    if index == end, digits > 0, digits <= 15 {
      let magnitude = Double(value) / Self.exactPowers[fraction]
      return isNegative ? -magnitude : magnitude
    }
    guard rest.allSatisfy({ $0 &- 48 < 10 || [43, 45, 46, 69, 101].contains($0) }) || isSpecialNumber,
      let value = Double(String(decoding: rest, as: UTF8.self))
    else { throw .invalidText }
    guard value.isFinite || isSpecialNumber else { throw .outOfRange }
    return value
  }

  private static let exactPowers: [Double] = (0...15).map { Double(Decimal128.power($0)) }

  private var isSpecialNumber: Bool {
    ["nan", "inf", "infinity", "-inf", "-infinity", "+inf", "+infinity"].contains(String(decoding: rest.prefix(10), as: UTF8.self).lowercased())
  }

  func boolean() throws(RowFailure.Reason) -> Bool {
    switch String(decoding: rest.prefix(6), as: UTF8.self).lowercased() {
    case "true", "t", "1", "yes", "y", "on": return true
    case "false", "f", "0", "no", "n", "off": return false
    default: throw .invalidText
    }
  }

  // MARK: - Dates and times

  /// Exactly `least` to `most` digits.
  private mutating func digits(_ least: Int, _ most: Int) throws(RowFailure.Reason) -> Int {
    var value = 0
    let start = at
    while at < end, at - start < most, bytes[at] &- 48 < 10 {
      value = value * 10 + Int(bytes[at] &- 48)
      at += 1
    }
    guard at - start >= least else { throw .invalidText }
    return value
  }

  private mutating func day() throws(RowFailure.Reason) -> Int {
    let year = try digits(4, 4)
    guard take(45) else { throw .invalidText }
    let month = try digits(1, 2)
    guard take(45) else { throw .invalidText }
    let day = try digits(1, 2)
    guard Calendar.isValid(year: year, month: month, day: day) else { throw .invalidText }
    return Calendar.days(year: year, month: month, day: day)
  }

  /// Units since midnight; digits beyond the unit's are cut off.
  private mutating func clock(perSecond: Int64) throws(RowFailure.Reason) -> Int64 {
    let hour = try digits(1, 2)
    guard take(58) else { throw .invalidText }
    let minute = try digits(1, 2)
    let second = take(58) ? try digits(1, 2) : 0
    guard hour < 24, minute < 60, second < 60 else { throw .invalidText }
    var units: Int64 = 0
    if take(46) {
      var weight = perSecond / 10
      let start = at
      while at < end, bytes[at] &- 48 < 10 {
        units += Int64(bytes[at] &- 48) * weight
        weight /= 10
        at += 1
      }
      guard at > start else { throw .invalidText }
    }
    return Int64((hour * 60 + minute) * 60 + second) * perSecond + units
  }

  /// Days of a date; a time of day after it is allowed and does not count.
  mutating func date() throws(RowFailure.Reason) -> Int32 {
    let day = try day()
    if !isAtEnd {
      guard take(32) || take(84) else { throw .invalidText }
      _ = try clock(perSecond: 1_000_000)
      guard isAtEnd else { throw .invalidText }
    }
    return Int32(day)
  }

  mutating func time(precision: Int) throws(RowFailure.Reason) -> Int64 {
    let units = try clock(perSecond: 1_000_000)
    guard isAtEnd else { throw .invalidText }
    return units
  }

  mutating func timestamp(perSecond: Int64) throws(RowFailure.Reason) -> Int64 {
    let units = try wallClock(perSecond: perSecond)
    guard isAtEnd else { throw .invalidText }
    return units
  }

  /// A time with `Z` or an offset; without one it is in UTC.
  mutating func instant(perSecond: Int64) throws(RowFailure.Reason) -> Int64 {
    let units = try wallClock(perSecond: perSecond)
    _ = take(32)
    if isAtEnd || take(90) {
      guard isAtEnd else { throw .invalidText }
      return units
    }
    let isWest = isNext(45)
    guard take(43) || take(45) else { throw .invalidText }
    let hours = try digits(2, 2)
    _ = take(58)
    let minutes = isAtEnd ? 0 : try digits(2, 2)
    guard isAtEnd, hours <= 18, minutes < 60 else { throw .invalidText }
    let offset = Int64(hours * 3600 + minutes * 60) * perSecond
    return isWest ? units + offset : units - offset
  }

  private mutating func wallClock(perSecond: Int64) throws(RowFailure.Reason) -> Int64 {
    let day = try day()
    let (start, overflow) = (Int64(day) * 86_400).multipliedReportingOverflow(by: perSecond)
    if overflow { throw .outOfRange }
    if isAtEnd { return start }
    guard take(32) || take(84) else { throw .invalidText }
    let (sum, second) = start.addingReportingOverflow(try clock(perSecond: perSecond))
    if second { throw .outOfRange }
    return sum
  }
}
