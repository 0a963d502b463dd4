import SluiceCore

/// Dates, times, timestamps (wall clocks without a zone) and instants (points in time, shown in UTC).
enum TimeFunctions {
  static let all: [FunctionDefinition] = parts + dates + epochs + zones + units

  // MARK: - Parts

  private static let parts: [FunctionDefinition] = [
    part("year", .year, "2024"), part("quarter", .quarter, "1"), part("month", .month, "2"),
    part("day", aliases: ["dayofmonth"], .day, "29"),
    part("dayofyear", .dayOfYear, "60"),
    part("weekofyear", .week, "9", "The week of ISO 8601, 1 to 53: it begins on Monday, and week 1 has the first Thursday."),
    part("dayofweek", .dayOfWeek, "5", "1 for Sunday to 7 for Saturday."), part("hour", .hour, "13"), part("minute", .minute, "45"),
    part("second", .second, "59"), part("microsecond", .microsecond, "123456"),
    .strict("weekday", .time, [.date()], .int64, "0 for Monday to 6 for Sunday.", [.init("weekday('2024-02-29')", "3")]) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int32.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(Calendar.weekday(Int(source[$0]))) }
    },
    name("monthname", "The English name of the month.", "February") { names.months[Calendar.date(days: $0).month - 1] },
    name("dayname", "The English name of the day.", "Thursday") { names.days[Calendar.weekday($0)] },
  ]

  static let names = (
    months: [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ], days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  )

  private static func part(_ name: String, aliases: [String] = [], _ unit: CalendarUnit, _ value: String, _ summary: String? = nil)
    -> FunctionDefinition
  {
    let words = summary ?? "The \(unit == .dayOfYear ? "day of the year" : unit.rawValue) of a date or time; of an instant, in UTC."
    return .form(
      name, aliases: aliases, .time, [.temporal("time")], result: "int64", words,
      [.init("\(name)(TIMESTAMP '2024-02-29 13:45:59.123456')", value)]
    ) { binder, nodes, place throws(ExpressionIssue) in try UnitFunctions.extract(unit, nodes[0], binder, place) }
  }

  private static func name(_ name: String, _ summary: String, _ value: String, _ text: @escaping @Sendable (Int) -> String) -> FunctionDefinition {
    .strict(name, .time, [.date()], .string, summary, [.init("\(name)('2024-02-29')", value)]) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int32.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in sink.append(text(Int(source[row]))) }
    }
  }

  // MARK: - Dates

  private static let dates: [FunctionDefinition] = [
    .form(
      "date", .time, [.date("value")], result: "date", "The date of a timestamp, an instant (in UTC) or a literal.",
      [.init("date('2024-02-29 13:45:59')", "2024-02-29")]
    ) {
      _, nodes, _ throws(ExpressionIssue) in nodes[0]
    },
    .strict(
      "datediff", .time, [.date("end"), .date("start")], .int64, "Days from start to end.", [.init("datediff('2024-03-01', '2024-02-28')", "2")]
    ) {
      call, vectors, log in
      let end = FixedReader(vectors[0], as: Int32.self)
      let start = FixedReader(vectors[1], as: Int32.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(end[$0]) - Int64(start[$0]) }
    },
    .strict("last_day", .time, [.date()], .date, "The last day of the month.", [.init("last_day('2024-02-03')", "2024-02-29")]) {
      call, vectors, log in
      let source = FixedReader(vectors[0], as: Int32.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row -> Int32 in
        let date = Calendar.date(days: Int(source[row]))
        return source[row] + Int32(Calendar.daysInMonth(date.year, date.month) - date.day)
      }
    },
    .strict(
      "make_date", .time, [.whole("year"), .whole("month"), .whole("day")], .date, "The date of its parts.", canFail: true,
      [.init("make_date(2024, 2, 29)", "2024-02-29")]
    ) { call, vectors, log in
      let parts = vectors.map { FixedReader($0, as: Int64.self) }
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int32 in
        Int32(try day(parts[0][row], parts[1][row], parts[2][row]))
      }
    },
    .strict(
      "make_timestamp", .time, [.whole("year"), .whole("month"), .whole("day"), .whole("hour"), .whole("minute"), .whole("second")],
      .timestamp(precision: 0), "The timestamp of its parts.", canFail: true,
      [.init("make_timestamp(2024, 2, 29, 13, 45, 59)", "2024-02-29 13:45:59")]
    ) { call, vectors, log in
      let parts = vectors.map { FixedReader($0, as: Int64.self) }
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
        let days = try day(parts[0][row], parts[1][row], parts[2][row])
        guard (0..<24).contains(parts[3][row]), (0..<60).contains(parts[4][row]), (0..<60).contains(parts[5][row]) else { throw .invalidArgument }
        return ((Int64(days) * 24 + parts[3][row]) * 60 + parts[4][row]) * 60_000 + parts[5][row] * 1_000
      }
    },
    .strict(
      "to_days", .time, [.date()], .int64, "The number of a day, as in MySQL: day 366 is 0001-01-01.", [.init("to_days('2024-02-29')", "739310")]
    ) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int32.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(source[$0]) + Int64(Calendar.unixDay + 60) }
    },
    .strict(
      "from_days", .time, [.whole("number")], .date, "The day of a number of to_days.", canFail: true, [.init("from_days(739310)", "2024-02-29")]
    ) {
      call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int32 in
        let first = Int64(Calendar.firstDay)
        let last = Int64(Calendar.lastDay)
        let (days, overflow) = source[row].subtractingReportingOverflow(Int64(Calendar.unixDay + 60))
        guard !overflow, days >= first, days <= last else { throw .outOfRange }
        return Int32(days)
      }
    },
    .form(
      "time_to_sec", .time, [.temporal("time")], result: "int64", "Seconds since midnight of a time of day.",
      [.init("time_to_sec(TIME '01:02:03')", "3723")]
    ) {
      binder, nodes, place throws(ExpressionIssue) in
      guard nodes[0].type.isTime || nodes[0].literal != nil else {
        throw ExpressionIssue(nodes[0].place, "time_to_sec takes a time of day, found a value of type \(nodes[0].type)")
      }
      return binder.operation("time_to_sec", .int64, [try binder.coerce(nodes[0], to: .time(precision: 0))], place) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { source[$0] / 1_000_000 }
      }
    },
    .strict(
      "sec_to_time", .time, [.whole("seconds")], .time(precision: 0), "The time of day that many seconds after midnight; less than a day.",
      canFail: true,
      [.init("sec_to_time(3723)", "01:02:03")]
    ) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
        guard (0..<86_400).contains(source[row]) else { throw .outOfRange }
        return source[row] * 1_000_000
      }
    },
  ]

  @inline(__always)
  private static func day(_ year: Int64, _ month: Int64, _ day: Int64) throws(RowFailure.Reason) -> Int {
    guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
      Calendar.isValid(year: Int(year), month: Int(month), day: Int(day))
    else { throw .invalidArgument }
    return Calendar.days(year: Int(year), month: Int(month), day: Int(day))
  }

  // MARK: - Epochs

  private static let epochs: [FunctionDefinition] = [
    sinceEpoch("unix_timestamp", 1, "Whole seconds", "1709214359"), sinceEpoch("epoch_milliseconds", 1_000, "Milliseconds", "1709214359123"),
    sinceEpoch("epoch_microseconds", 1_000_000, "Microseconds", "1709214359123456"),
    fromEpoch("from_unixtime", 1, 0, "seconds", "1709214359", "2024-02-29 13:45:59Z"),
    fromEpoch("from_epoch_milliseconds", 1_000, 3, "milliseconds", "1709214359123", "2024-02-29 13:45:59.123Z"),
    fromEpoch("from_epoch_microseconds", 1_000_000, 6, "microseconds", "1709214359123456", "2024-02-29 13:45:59.123456Z"),
  ]

  private static func sinceEpoch(_ name: String, _ unit: Int64, _ words: String, _ value: String) -> FunctionDefinition {
    .form(
      name, .time, [.moment("instant")], result: "int64", "\(words) since 1970-01-01 UTC; a timestamp is taken as one in UTC.",
      [.init("\(name)(INSTANT '2024-02-29 13:45:59.123456Z')", value)]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let perSecond = nodes[0].type.unitsPerSecond
      return binder.operation(name, .int64, nodes, place, canFail: unit > perSecond) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          if unit <= perSecond { return Calendar.floorQuotient(source[row], perSecond / unit) }
          let (value, overflow) = source[row].multipliedReportingOverflow(by: unit / perSecond)
          if overflow { throw .outOfRange }
          return value
        }
      }
    }
  }

  private static func fromEpoch(_ name: String, _ unit: Int64, _ digits: Int, _ words: String, _ argument: String, _ value: String)
    -> FunctionDefinition
  {
    let type = DataType.instant(precision: digits)
    let factor = type.unitsPerSecond / unit
    return .strict(
      name, .time, [.whole(words)], type, "The instant that many \(words) after 1970-01-01 UTC.", canFail: true,
      [.init("\(name)(\(argument))", value)]
    ) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      let first = Int64(Calendar.firstDay) * 86_400 * type.unitsPerSecond
      let last = Int64(Calendar.lastDay + 1) * 86_400 * type.unitsPerSecond - 1
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
        let (value, overflow) = source[row].multipliedReportingOverflow(by: factor)
        guard !overflow, value >= first, value <= last else { throw .outOfRange }
        return value
      }
    }
  }

  // MARK: - Zones

  private static let zones: [FunctionDefinition] = [
    .form(
      "at_time_zone", .time, [.moment(), .constant("zone")], result: "instant for a timestamp, timestamp for an instant",
      "The instant at which the zone's clocks show the timestamp, or what they show at the instant; `time AT TIME ZONE zone` is the same. Of an hour that the clocks show twice, the first; an hour that they skip is moved on by what they skip.",
      [
        .init("TIMESTAMP '2024-07-01 12:00:00' AT TIME ZONE 'Europe/Berlin'", "2024-07-01 10:00:00Z"),
        .init("INSTANT '2024-01-01 00:00:00Z' AT TIME ZONE '-05:00'", "2023-12-31 19:00:00"),
      ]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let zone = try rules(nodes[1], binder)
      let precision = nodes[0].type.secondDigits ?? 0
      let isInstant = nodes[0].type.isInstant
      let type = isInstant ? DataType.timestamp(precision: precision) : .instant(precision: precision)
      return binder.operation("AT TIME ZONE", type, [nodes[0]], place) { call, vectors, log in
        let perSecond = call.type.unitsPerSecond
        let source = FixedReader(vectors[0], as: Int64.self)
        let nulls = NullBits.union(vectors, rows: call.rowCount)
        if isInstant {
          return call.fixed(nulls, &log) { source[$0] &+ zone.offset(at: Calendar.floorQuotient(source[$0], perSecond)) &* perSecond }
        }
        return call.fixed(nulls, &log) { row -> Int64 in
          let local = Calendar.floorQuotient(source[row], perSecond)
          return source[row] &+ (zone.seconds(ofLocal: local) &- local) &* perSecond
        }
      }
    },
    .form(
      "convert_tz", .time, [.moment("timestamp"), .constant("from"), .constant("to")], result: "timestamp",
      "What the clocks of one zone show when those of another show the timestamp.",
      [.init("convert_tz(TIMESTAMP '2024-01-01 12:00:00', 'UTC', 'Asia/Tokyo')", "2024-01-01 21:00:00")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      guard nodes[0].type.isTimestamp else {
        throw ExpressionIssue(nodes[0].place, "convert_tz takes a timestamp, found a value of type \(nodes[0].type)")
      }
      let from = try rules(nodes[1], binder)
      let to = try rules(nodes[2], binder)
      return binder.operation("convert_tz", nodes[0].type, [nodes[0]], place) { call, vectors, log in
        let perSecond = call.type.unitsPerSecond
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row -> Int64 in
          let local = Calendar.floorQuotient(source[row], perSecond)
          let instant = from.seconds(ofLocal: local)
          return source[row] &+ (instant &+ to.offset(at: instant) &- local) &* perSecond
        }
      }
    },
  ]

  private static func rules(_ node: Node, _ binder: Binder) throws(ExpressionIssue) -> TimeZoneRules {
    let name = try binder.constantText(node, "the time zone")
    do {
      return try TimeZoneRules(name)
    } catch {
      throw Binder.issue(error, node.place)
    }
  }

  // MARK: - Units

  /// Spellings of their own, which the parser knows; here for the reference page.
  private static let units: [FunctionDefinition] = [
    spelled(
      "date_add", [.temporal("time"), .unit("INTERVAL n unit")], "as `time + INTERVAL n unit`",
      "The time n units later. A month that lacks the day ends earlier. Units: MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR.",
      [.init("date_add(DATE '2024-01-31', INTERVAL 1 MONTH)", "2024-02-29"), .init("DATE '2024-02-29' + INTERVAL 36 HOUR", "2024-03-01 12:00:00")]),
    spelled(
      "date_sub", [.temporal("time"), .unit("INTERVAL n unit")], "as `time - INTERVAL n unit`", "The time n units earlier.",
      [.init("date_sub(TIMESTAMP '2024-03-01 00:00:00', INTERVAL '1' SECOND)", "2024-02-29 23:59:59")]),
    spelled(
      "timestampadd", [.unit("unit"), .whole("n"), .temporal("time")], "as `time + INTERVAL n unit`", "The time n units later.",
      [.init("timestampadd(WEEK, 1, DATE '2024-02-29')", "2024-03-07")]),
    spelled(
      "timestampdiff", [.unit("unit"), .temporal("start"), .temporal("end")], "int64", "Whole units from start to end.",
      [
        .init("timestampdiff(MONTH, '2024-01-31', '2024-03-30')", "1"),
        .init("timestampdiff(HOUR, TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-02 01:30:00')", "25"),
      ]),
    spelled(
      "date_trunc", [.unit("unit"), .temporal("time")], "as time", "The begin of the unit that the time lies in; weeks begin on Monday.",
      [
        .init("date_trunc('month', TIMESTAMP '2024-02-29 13:45:59')", "2024-02-01 00:00:00"),
        .init("date_trunc(WEEK, DATE '2024-02-29')", "2024-02-26"),
      ]),
    spelled(
      "extract", [.temporal("unit FROM time")], "int64",
      "A part of a date or time: the units of INTERVAL, DOW (1 is Sunday), DOY, EPOCH (seconds since 1970). MILLISECOND and MICROSECOND are parts of the second.",
      [.init("extract(QUARTER FROM DATE '2024-11-05')", "4"), .init("extract(EPOCH FROM INSTANT '1970-01-01 00:01:00Z')", "60")]),
  ]

  private static func spelled(
    _ name: String, _ parameters: [FunctionDefinition.Parameter], _ result: String, _ summary: String, _ examples: [FunctionDefinition.Example]
  ) -> FunctionDefinition {
    .form(name, .time, parameters, result: result, summary, examples) { _, _, place throws(ExpressionIssue) in
      throw ExpressionIssue(place, "\(name) is not called like this")
    }
  }
}
