import SluiceCore

/// DATE_FORMAT and STR_TO_DATE with MySQL's format letters.
enum TimeFormatFunctions {
  static let all: [FunctionDefinition] = [
    .form(
      "date_format", .time, [.moment(), .constant("format")], result: "string",
      "The time in a format of `%Y %y %m %c %M %b %d %e %j %H %h %I %k %l %i %S %s %f %p %W %a %w %T %r %D %v %x %%` with MySQL's meaning; an instant in UTC.",
      [
        .init("date_format(TIMESTAMP '2024-02-09 13:05:09.5', '%d.%m.%Y %H:%i:%s.%f')", "09.02.2024 13:05:09.500000"),
        .init("date_format(DATE '2024-02-29', '%W, %M %D')", "Thursday, February 29th"),
      ]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let parts = try parsed(nodes[1], binder)
      let perSecond = nodes[0].type.unitsPerSecond
      return binder.operation("date_format", .string, [nodes[0]], place) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 20, &log) { row, sink in
          let clock = Clock(source[row], perSecond: perSecond)
          for part in parts { clock.append(part, to: &sink) }
        }
      }
    },
    .form(
      "str_to_date", aliases: ["to_timestamp"], .time, [.text(), .constant("format")], result: "timestamp(6)",
      "A text in a format of date_format, whose names and weeks it does not take, as a timestamp. What the format does not name is 1970-01-01 00:00:00; spaces must match; digits may be fewer than the letter writes.",
      [.init("str_to_date('9.2.2024 1:05 PM', '%d.%m.%Y %h:%i %p')", "2024-02-09 13:05:00.000000")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let parts = try parsed(nodes[1], binder)
      if let letter = parts.compactMap(\.letter).first(where: { !"YymcdeHhIklisSfpTMbjr%".contains(Character($0)) || $0 == "r" }) {
        throw ExpressionIssue(nodes[1].place, "%\(letter) cannot be read")
      }
      return binder.operation("str_to_date", .timestamp(precision: 6), [nodes[0]], place, canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          var reading = FormatReading(source[row])
          return try reading.timestamp(parts)
        }
      }
    },
  ]

  /// A piece of a format.
  enum Part: Sendable, Equatable {
    case literal([UInt8])
    case field(Unicode.Scalar)

    var letter: Unicode.Scalar? { if case .field(let letter) = self { letter } else { nil } }
  }

  private static func parsed(_ node: Node, _ binder: Binder) throws(ExpressionIssue) -> [Part] {
    var parts: [Part] = []
    var scalars = Array(try binder.constantText(node, "the format").unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "%" else {
        parts.append(.literal(Array(String(Character(scalar)).utf8)))
        continue
      }
      guard let letter = scalars.popFirst(), "YymcMbdejHhIkliSsfpWawTrDvx%".unicodeScalars.contains(letter) else {
        throw ExpressionIssue(node.place, "a % in the format is followed by none of Y y m c M b d e j H h I k l i S s f p W a w T r D v x %")
      }
      parts.append(letter == "%" ? .literal([UInt8(ascii: "%")]) : .field(letter))
    }
    return parts
  }

  /// A time taken apart.
  private struct Clock {
    private let days: Int
    private let date: Calendar.Date
    private let hour, minute, second: Int64
    private let microsecond: Int64

    @inline(__always)
    init(_ units: Int64, perSecond: Int64) {
      let day = Calendar.floorQuotient(units, perSecond * 86_400)
      let ofDay = units - day * perSecond * 86_400
      let seconds = ofDay / perSecond
      days = Int(day)
      date = Calendar.date(days: days)
      hour = seconds / 3600
      minute = seconds / 60 % 60
      second = seconds % 60
      let fraction = ofDay - seconds * perSecond
      microsecond = perSecond > 1_000_000 ? fraction / (perSecond / 1_000_000) : fraction * (1_000_000 / perSecond)
    }

    private var hour12: Int64 { hour % 12 == 0 ? 12 : hour % 12 }

    func append(_ part: Part, to sink: inout TextSink) {
      guard case .field(let letter) = part else {
        if case .literal(let text) = part { sink.append(text) }
        return
      }
      func number(_ value: Int64, _ width: Int) { sink.append(magnitude: value.magnitude, width: width) }
      switch letter {
      case "Y": number(Int64(date.year), 4)
      case "y": number(Int64(date.year % 100), 2)
      case "m": number(Int64(date.month), 2)
      case "c": number(Int64(date.month), 1)
      case "M": sink.append(TimeFunctions.names.months[date.month - 1])
      case "b": sink.append(String(TimeFunctions.names.months[date.month - 1].prefix(3)))
      case "d": number(Int64(date.day), 2)
      case "e": number(Int64(date.day), 1)
      case "D":
        number(Int64(date.day), 1)
        sink.append((11...13).contains(date.day) ? "th" : [1: "st", 2: "nd", 3: "rd"][date.day % 10] ?? "th")
      case "j": number(Int64(Calendar.dayOfYear(days)), 3)
      case "H": number(hour, 2)
      case "k": number(hour, 1)
      case "h", "I": number(hour12, 2)
      case "l": number(hour12, 1)
      case "i": number(minute, 2)
      case "S", "s": number(second, 2)
      case "f": number(microsecond, 6)
      case "p": sink.append(hour < 12 ? "AM" : "PM")
      case "W": sink.append(TimeFunctions.names.days[Calendar.weekday(days)])
      case "a": sink.append(String(TimeFunctions.names.days[Calendar.weekday(days)].prefix(3)))
      case "w": number(Int64((Calendar.weekday(days) + 1) % 7), 1)
      case "T", "r":
        number(letter == "T" ? hour : hour12, 2)
        sink.append(UInt8(ascii: ":"))
        number(minute, 2)
        sink.append(UInt8(ascii: ":"))
        number(second, 2)
        if letter == "r" { sink.append(hour < 12 ? " AM" : " PM") }
      case "v": number(Int64(Calendar.isoWeek(days).week), 2)
      default: number(Int64(Calendar.isoWeek(days).year), 4)
      }
    }
  }
}
