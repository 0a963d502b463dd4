import SluiceCore

/// Casts between dates, times, timestamps and instants. Digits that the target does not have are cut off, towards the past.
/// A timestamp and an instant are cast to each other as a wall clock in UTC.
enum TimeCasts {
  /// Stored units in the smallest step that `digits` fractional digits show.
  static func granularity(_ perSecond: Int64, _ digits: Int) -> Int64 {
    max(1, perSecond / Int64(truncatingIfNeeded: Decimal128.power(digits)))
  }

  static func cast(_ from: DataType, _ to: DataType) -> Cast? {
    let fromUnits = from.unitsPerSecond
    let toUnits = to.unitsPerSecond
    switch (from, to) {
    case (.date, .timestamp), (.date, .instant):
      let perDay = 86_400 * toUnits
      return Cast(canFail: toUnits > 1_000_000) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int32.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          let (value, overflow) = Int64(source[row]).multipliedReportingOverflow(by: perDay)
          if overflow { throw .outOfRange }
          return value
        }
      }
    case (.timestamp, .date), (.instant, .date):
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in
          Int32(truncatingIfNeeded: Calendar.floorQuotient(source[row], fromUnits * 86_400))
        }
      }
    case (.timestamp, .time(let digits)), (.instant, .time(let digits)):
      let unit = granularity(1_000_000, digits)
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row -> Int64 in
          let ofDay = Calendar.floorRemainder(source[row], fromUnits * 86_400)
          let microseconds = fromUnits > 1_000_000 ? ofDay / (fromUnits / 1_000_000) : ofDay * (1_000_000 / fromUnits)
          return microseconds - microseconds % unit
        }
      }
    case (.time, .time(let digits)):
      let unit = granularity(1_000_000, digits)
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in source[row] - source[row] % unit }
      }
    case (.timestamp, .timestamp(let digits)), (.instant, .instant(let digits)), (.timestamp, .instant(let digits)),
      (.instant, .timestamp(let digits)):
      return rescaling(fromUnits, toUnits, digits: digits, cuts: digits < from.secondDigits ?? 0)
    default: return nil
    }
  }

  private static func rescaling(_ fromUnits: Int64, _ toUnits: Int64, digits: Int, cuts: Bool) -> Cast {
    if fromUnits == toUnits, !cuts { return Cast(canFail: false) { call, vectors, _ in vectors[0].relabelled(call.type) } }
    let unit = granularity(toUnits, digits)
    if toUnits > fromUnits {
      let factor = toUnits / fromUnits
      return Cast(canFail: true) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          let (value, overflow) = source[row].multipliedReportingOverflow(by: factor)
          if overflow { throw .outOfRange }
          return value
        }
      }
    }
    let divisor = fromUnits / toUnits
    return Cast(canFail: false) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in
        let value = Calendar.floorQuotient(source[row], divisor)
        return value - Calendar.floorRemainder(value, unit)
      }
    }
  }
}
