import SluiceCore

/// EXTRACT, DATE_TRUNC and TIMESTAMPDIFF.
enum UnitFunctions {
  // MARK: - EXTRACT

  static func extract(_ unit: CalendarUnit, _ node: Node, _ binder: Binder, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let type = node.type
    let isText = if case .text? = node.literal { true } else { false }
    guard type == .date || type.isMoment || type.isTime || node.isNullLiteral || isText else {
      throw ExpressionIssue(node.place, "extract needs a date or time, found a value of type \(type)")
    }
    if node.isNullLiteral { return .null(.int64, place: place) }
    let source = isText ? try binder.coerce(node, to: .timestamp(precision: 6)) : node
    let isClock = [.microsecond, .millisecond, .second, .minute, .hour].contains(unit)
    if source.type.isTime, !isClock { throw ExpressionIssue(node.place, "a time of day has no \(unit.rawValue)") }
    if source.type == .date, isClock { return try extract(unit, try binder.coerce(source, to: .timestamp(precision: 0)), binder, place) }
    let kernel = source.type == .date ? fromDays(unit) : fromUnits(unit, source.type.unitsPerSecond, isTime: source.type.isTime)
    return binder.operation("extract", .int64, [source], place, kernel: kernel)
  }

  private static func fromDays(_ unit: CalendarUnit) -> Kernel {
    { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int32.self)
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      return part(unit, call, nulls, &log) { Int(source[$0]) }
    }
  }

  private static func fromUnits(_ unit: CalendarUnit, _ perSecond: Int64, isTime: Bool) -> Kernel {
    let perDay = perSecond * 86_400
    return { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      switch unit {
      case .hour: return call.fixed(nulls, &log) { Calendar.floorRemainder(source[$0], perDay) / (perSecond * 3600) }
      case .minute: return call.fixed(nulls, &log) { Calendar.floorRemainder(source[$0], perSecond * 3600) / (perSecond * 60) }
      case .second: return call.fixed(nulls, &log) { Calendar.floorRemainder(source[$0], perSecond * 60) / perSecond }
      case .millisecond: return call.fixed(nulls, &log) { Calendar.floorRemainder(source[$0], perSecond) * 1_000 / perSecond }
      case .microsecond:
        return call.fixed(nulls, &log) {
          let units = Calendar.floorRemainder(source[$0], perSecond)
          return perSecond > 1_000_000 ? units / (perSecond / 1_000_000) : units * (1_000_000 / perSecond)
        }
      case .epoch: return call.fixed(nulls, &log) { Calendar.floorQuotient(source[$0], perSecond) }
      default: return part(unit, call, nulls, &log) { Int(Calendar.floorQuotient(source[$0], perDay)) }
      }
    }
  }

  @inline(__always)
  private static func part(_ unit: CalendarUnit, _ call: Call, _ nulls: NullBits, _ log: inout FailureLog, _ day: (Int) -> Int) -> Vector {
    switch unit {
    case .year: call.fixed(nulls, &log) { Int64(Calendar.date(days: day($0)).year) }
    case .quarter: call.fixed(nulls, &log) { Int64((Calendar.date(days: day($0)).month + 2) / 3) }
    case .month: call.fixed(nulls, &log) { Int64(Calendar.date(days: day($0)).month) }
    case .day: call.fixed(nulls, &log) { Int64(Calendar.date(days: day($0)).day) }
    case .week: call.fixed(nulls, &log) { Int64(Calendar.isoWeek(day($0)).week) }
    case .dayOfWeek: call.fixed(nulls, &log) { Int64((Calendar.weekday(day($0)) + 1) % 7 + 1) }
    case .dayOfYear: call.fixed(nulls, &log) { Int64(Calendar.dayOfYear(day($0))) }
    default: call.fixed(nulls, &log) { Int64(day($0)) * 86_400 }
    }
  }

  // MARK: - DATE_TRUNC

  static func truncate(_ unit: CalendarUnit, _ node: Node, _ binder: Binder, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let type = node.type
    if node.isNullLiteral { return .null(.timestamp(precision: 6), place: place) }
    if case .text? = node.literal { return try truncate(unit, try binder.coerce(node, to: .timestamp(precision: 6)), binder, place) }
    if type == .date {
      if unit.microseconds != nil, unit != .week { return node }
      return binder.operation("date_trunc", .date, [node], place) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int32.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int32(truncatingIfNeeded: start(of: unit, Int(source[$0]))) }
      }
    }
    guard type.isMoment else {
      throw ExpressionIssue(node.place, "date_trunc needs a date, a timestamp or an instant, found a value of type \(type)")
    }
    let perSecond = type.unitsPerSecond
    let perDay = perSecond * 86_400
    return binder.operation("date_trunc", type, [node], place) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      if let microseconds = unit.microseconds, unit != .week {
        let step = max(1, perSecond >= 1_000_000 ? microseconds * (perSecond / 1_000_000) : microseconds / (1_000_000 / perSecond))
        return call.fixed(nulls, &log) { source[$0] - Calendar.floorRemainder(source[$0], step) }
      }
      return call.fixed(nulls, &log) { Int64(start(of: unit, Int(Calendar.floorQuotient(source[$0], perDay)))) &* perDay }
    }
  }

  /// The first day of the week (Monday), month, quarter or year.
  @inline(__always)
  private static func start(of unit: CalendarUnit, _ day: Int) -> Int {
    if unit == .week { return day - Calendar.weekday(day) }
    let date = Calendar.date(days: day)
    switch unit {
    case .month: return day - date.day + 1
    case .quarter: return Calendar.days(year: date.year, month: (date.month - 1) / 3 * 3 + 1, day: 1)
    default: return Calendar.days(year: date.year, month: 1, day: 1)
    }
  }

  // MARK: - TIMESTAMPDIFF

  /// Whole units from `from` to `to`.
  static func difference(_ unit: CalendarUnit, _ from: Node, _ to: Node, _ binder: Binder, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    if from.isNullLiteral || to.isNullLiteral { return .null(.int64, place: place) }
    var sides: [Node] = []
    for node in [from, to] {
      if case .text? = node.literal { sides.append(try binder.coerce(node, to: .timestamp(precision: 6))) } else { sides.append(node) }
    }
    guard let common = sides[0].type.common(with: sides[1].type), common == .date || common.isMoment || common.isTime else {
      throw ExpressionIssue(place, "timestampdiff needs two dates or times of one kind, found values of type \(from.type) and \(to.type)")
    }
    let type = common == .date ? .timestamp(precision: 0) : common
    if type.isTime, unit.microseconds == nil || unit == .day || unit == .week {
      throw ExpressionIssue(place, "times of day are no \(unit.rawValue)s apart")
    }
    let perSecond = type.unitsPerSecond
    let kernel: Kernel = { call, vectors, log in
      let start = FixedReader(vectors[0], as: Int64.self)
      let end = FixedReader(vectors[1], as: Int64.self)
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      guard let microseconds = unit.microseconds else {
        let length = Int64(unit.months ?? 1)
        return call.fixed(nulls, &log) { months(start[$0], end[$0], perSecond) / length }
      }
      let step = Int128(microseconds) * Int128(perSecond)
      return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in
        guard let result = Int64(exactly: (Int128(end[row]) - Int128(start[row])) * 1_000_000 / step) else { throw .outOfRange }
        return result
      }
    }
    return binder.operation(
      "timestampdiff", .int64, [try binder.coerce(sides[0], to: type), try binder.coerce(sides[1], to: type)], place, canFail: true, kernel: kernel)
  }

  private static func months(_ start: Int64, _ end: Int64, _ perSecond: Int64) -> Int64 {
    if end < start { return -months(end, start, perSecond) }
    let perDay = perSecond * 86_400
    let startDay = Calendar.floorQuotient(start, perDay)
    let endDay = Calendar.floorQuotient(end, perDay)
    let from = Calendar.date(days: Int(startDay))
    let to = Calendar.date(days: Int(endDay))
    let total = Int64((to.year - from.year) * 12 + to.month - from.month)
    let isBefore = (to.day, end - endDay * perDay) < (from.day, start - startDay * perDay)
    return isBefore ? total - 1 : total
  }
}
