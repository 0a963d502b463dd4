import SluiceCore

extension CalendarUnit {
  /// The length of units that are always equally long.
  var microseconds: Int64? {
    switch self {
    case .microsecond: 1
    case .millisecond: 1_000
    case .second: 1_000_000
    case .minute: 60_000_000
    case .hour: 3_600_000_000
    case .day: 86_400_000_000
    case .week: 604_800_000_000
    default: nil
    }
  }

  /// Months of the longer ones.
  var months: Int? {
    switch self {
    case .month: 1
    case .quarter: 3
    case .year: 12
    default: nil
    }
  }

  var fractionDigits: Int {
    switch self {
    case .microsecond: 6
    case .millisecond: 3
    default: 0
    }
  }
}

/// A date, a time, a timestamp or an instant and a number of units. Results lie in the years 1 to 9999, times within their day.
enum IntervalKernels {
  static func kernel(_ type: DataType, _ unit: CalendarUnit, isBack: Bool) -> Kernel {
    let sign: Int64 = isBack ? -1 : 1
    if type == .date {
      return { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int32.self)
        let count = FixedReader(vectors[1], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int32 in
          Int32(truncatingIfNeeded: try day(Int(source[row]), count[row], unit, sign))
        }
      }
    }
    let perSecond = type.unitsPerSecond
    let perDay = perSecond * 86_400
    let isTime = type.isTime
    return { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      let count = FixedReader(vectors[1], as: Int64.self)
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      guard let microseconds = unit.microseconds else {
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in
          let days = Calendar.floorQuotient(source[row], perDay)
          let moved = try day(Int(days), count[row], unit, sign)
          let (result, overflow) = Int64(moved).multipliedReportingOverflow(by: perDay)
          let (sum, second) = result.addingReportingOverflow(source[row] - days * perDay)
          if overflow || second { throw .outOfRange }
          return sum
        }
      }
      let step = perSecond >= 1_000_000 ? microseconds * (perSecond / 1_000_000) : microseconds / (1_000_000 / perSecond)
      let first = isTime ? 0 : perSecond > 1_000_000 ? Int64.min : Int64(Calendar.firstDay) * perDay
      let last = isTime ? perDay - 1 : perSecond > 1_000_000 ? Int64.max : Int64(Calendar.lastDay + 1) * perDay - 1
      return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in
        let (distance, overflow) = count[row].multipliedReportingOverflow(by: step * sign)
        let (sum, second) = source[row].addingReportingOverflow(distance)
        if overflow || second || sum < first || sum > last { throw .outOfRange }
        return sum
      }
    }
  }

  @inline(__always)
  private static func day(_ day: Int, _ count: Int64, _ unit: CalendarUnit, _ sign: Int64) throws(RowFailure.Reason) -> Int {
    let (signed, overflow) = count.multipliedReportingOverflow(by: sign)
    if overflow { throw .outOfRange }
    if let months = unit.months {
      let (total, second) = Int(signed).multipliedReportingOverflow(by: months)
      guard !second, let result = Calendar.adding(months: total, to: day) else { throw .outOfRange }
      return result
    }
    let (total, second) = Int(signed).multipliedReportingOverflow(by: unit == .week ? 7 : 1)
    let (result, third) = day.addingReportingOverflow(total)
    if second || third || result < Calendar.firstDay || result > Calendar.lastDay { throw .outOfRange }
    return result
  }
}
