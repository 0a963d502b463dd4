/// The forms of old servers, times of day, and values for people.
extension PackedTime {
  /// The parts of a date as packed for that operation.
  static func moment(_ start: UnsafePointer<UInt8>, _ column: BinlogColumn) -> PackedMoment {
    switch column.operation {
    case .date:
      let packed = Int(littleEndian(start, 3))
      return PackedMoment(year: packed >> 9, month: packed >> 5 & 15, day: packed & 31)
    case .dateTime:
      let packed = Int(bigEndian(start, 5))
      let months = packed >> 22 & 0x1_ffff
      return PackedMoment(
        year: months / 13, month: months % 13, day: packed >> 17 & 31, hour: packed >> 12 & 31, minute: packed >> 6 & 63, second: packed & 63,
        fraction: microseconds(start + 5, Int(column.fraction)))
    case .oldDateTime:
      let packed = Int(truncatingIfNeeded: littleEndian(start, 8) & 0x7fff_ffff_ffff_ffff)
      let date = packed / 1_000_000
      let clock = packed % 1_000_000
      return PackedMoment(
        year: date / 10_000, month: date / 100 % 100, day: date % 100, hour: clock / 10_000, minute: clock / 100 % 100, second: clock % 100)
    default: return PackedMoment()
    }
  }

  /// A number of the form 20240229235959, in units of the column.
  static func oldDateTime(_ start: UnsafePointer<UInt8>, _ column: BinlogColumn, _ bad: inout UInt64) -> Int64 {
    let moment = moment(start, column)
    let day = Int64(days(moment.year, moment.month, moment.day, &bad))
    if moment.year > 9_999 || moment.hour > 23 || moment.minute > 59 || moment.second > 59 { bad |= 1 }
    guard bad == 0 else { return 0 }
    return (day * 86_400 + Int64(moment.hour * 3_600 + moment.minute * 60 + moment.second)) * column.perSecond
  }

  static func oldTimestamp(_ start: UnsafePointer<UInt8>, _ column: BinlogColumn, _ bad: inout UInt64) -> Int64 {
    let seconds = Int64(littleEndian(start, 4))
    if seconds == 0 { bad |= 1 }
    return seconds * column.perSecond
  }

  /// Three bytes and a fraction as the server prints a time: `-838:59:58.99`.
  static func time(_ start: UnsafePointer<UInt8>, digits: Int) -> String {
    let bytes = (digits + 1) / 2
    // Whole and fraction are one number; the offset makes negative ones positive.
    let offset = Int64(0x80_0000) << Int64(bytes * 8)
    let packed = Int64(bigEndian(start, 3 + bytes)) - offset
    let magnitude = packed.magnitude
    let clock = Int(magnitude >> UInt64(bytes * 8))
    let stored = Int(magnitude & (1 << UInt64(bytes * 8) - 1))
    let fraction = bytes == 1 ? stored * 10_000 : bytes == 2 ? stored * 100 : stored
    return (packed < 0 ? "-" : "") + PackedMoment.clock(clock >> 12 & 1_023, clock >> 6 & 63, clock & 63, fraction, digits: digits)
  }

  /// A number of the form 8385959.
  static func oldTime(_ start: UnsafePointer<UInt8>) -> String {
    let stored = Int(littleEndian(start, 3))
    let value = stored >= 0x80_0000 ? stored - 0x100_0000 : stored
    let clock = abs(value)
    return (value < 0 ? "-" : "") + PackedMoment.clock(clock / 10_000, clock / 100 % 100, clock % 100, 0, digits: 0)
  }

  static func microseconds(_ start: UnsafePointer<UInt8>, _ digits: Int) -> Int {
    switch digits {
    case 0: 0
    case 1, 2: Int(start[0]) * 10_000
    case 3, 4: Int(bigEndian(start, 2)) * 100
    default: Int(bigEndian(start, 3))
    }
  }

  static func littleEndian(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    (0..<count).reduce(UInt64(0)) { $0 | UInt64(start[$1]) << UInt64($1 * 8) }
  }

  static func bigEndian(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    (0..<count).reduce(UInt64(0)) { $0 << 8 | UInt64(start[$1]) }
  }
}
