import SluiceCore

/// Dates and times become the beginning of the year, the quarter, the month, the week (Monday), the day, the hour or the minute that they lie in.
struct DateMask: ColumnRewrite {
  let type: DataType
  private let unit: MaskMethod.Unit

  var note: String? { "masked" }

  /// `nil` for types that are no dates, and for a unit that is finer than the type.
  init?(of type: DataType, unit: MaskMethod.Unit) {
    switch type {
    case .date: if unit == .hour || unit == .minute { return nil }
    case .timestamp, .instant: break
    default: return nil
    }
    self.type = type
    self.unit = unit
  }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    guard let perSecond = type.timeUnit?.perSecond else {
      return column.mapping { (days: Int32) in Int32(truncatingIfNeeded: day(Int64(days))) }
    }
    switch unit {
    case .minute: return column.mapping { (time: Int64) in Self.floor(time, perSecond * 60) }
    case .hour: return column.mapping { (time: Int64) in Self.floor(time, perSecond * 3600) }
    default:
      let perDay = perSecond * 86_400
      return column.mapping { (time: Int64) in
        let start = Self.floor(time, perDay)
        let (moved, isOut) = day(start / perDay).multipliedReportingOverflow(by: perDay)
        return isOut ? start : moved
      }
    }
  }

  @inline(__always) private static func floor(_ value: Int64, _ step: Int64) -> Int64 {
    let rest = value % step
    return value &- (rest < 0 ? rest &+ step : rest)
  }

  /// The first day of what `days` since 1970-01-01 lies in.
  @inline(__always) private func day(_ days: Int64) -> Int64 {
    switch unit {
    case .day, .hour, .minute: return days
    // 1970-01-01 was a Thursday.
    case .week: return Self.floor(days &+ 3, 7) &- 3
    case .year, .quarter, .month: break
    }
    // Years are counted from 1 March, so that a leap day is the last of its year; eras are 400 years.
    let shifted = days &+ 719_468
    let era = Self.floor(shifted, 146_097) / 146_097
    let dayOfEra = shifted &- era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    switch unit {
    case .month: return days - dayOfMonth
    case .quarter: return Self.firstDay(year: year, month: month - (month - 1) % 3)
    default: return Self.firstDay(year: year, month: 1)
    }
  }

  private static func firstDay(year: Int64, month: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floor(shiftedYear, 400) / 400
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * shiftedMonth + 2) / 5
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
