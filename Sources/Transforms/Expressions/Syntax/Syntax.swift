import SluiceCore

/// An expression as it was written, with the place of each part.
struct Syntax: Sendable {
  let kind: Kind
  let place: TextPlace
  /// Levels of nesting.
  let depth: Int

  indirect enum Kind: Sendable {
    case null
    case boolean(Bool)
    case integer(Int128)
    case decimal(unscaled: Int128, precision: Int, scale: Int)
    case float(Double)
    case text(String)
    case bytes([UInt8])
    case column(String)
    case negate(Syntax)
    case not(Syntax)
    case arithmetic(ArithmeticOperator, Syntax, Syntax)
    case comparison(ComparisonOperator, Syntax, Syntax)
    /// Two or more.
    case and([Syntax])
    case or([Syntax])
    case concatenation([Syntax])
    case test(Syntax, Test, isNegated: Bool)
    case member(Syntax, [Syntax], isNegated: Bool)
    case between(Syntax, Syntax, Syntax, isNegated: Bool)
    case like(Syntax, pattern: Syntax, escape: Syntax?, ignoresCase: Bool, isNegated: Bool)
    case regexp(Syntax, pattern: Syntax, isNegated: Bool)
    case choice(operand: Syntax?, branches: [Branch], otherwise: Syntax?)
    case cast(Syntax, DataType, isTry: Bool)
    /// `DATE '…'` and its like: a text that must be a value of the type.
    case literal(String, type: String)
    case interval(Syntax, CalendarUnit)
    case call(String, [Syntax])
    /// `EXTRACT(unit FROM x)` and the like: a function whose first argument is a unit.
    case unitCall(String, CalendarUnit, [Syntax])
    case timeZone(Syntax, Syntax)
  }

  enum Test: Sendable {
    case null, isTrue, isFalse
  }

  struct Branch: Sendable {
    let condition: Syntax
    let value: Syntax
  }

  init(_ kind: Kind, at place: TextPlace, over parts: [Syntax] = []) {
    self.kind = kind
    self.place = place
    depth = 1 + (parts.lazy.map(\.depth).max() ?? 0)
  }
}

enum ArithmeticOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case quotient = "DIV"
  case remainder = "%"
}

enum ComparisonOperator: String, Sendable {
  case equal = "="
  case notEqual = "<>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  /// Equality that takes two NULLs as equal and is never NULL.
  case same = "<=>"

  /// The operator that says the same with the sides changed.
  var mirrored: ComparisonOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}

/// A unit of the calendar or the clock.
enum CalendarUnit: String, Sendable, CaseIterable {
  case microsecond, millisecond, second, minute, hour, day, week, month, quarter, year
  case dayOfWeek = "dow"
  case dayOfYear = "doy"
  case epoch

  /// The unit of that name in any case, in singular or plural.
  init?(named name: String) {
    let lowered = name.lowercased()
    guard let unit = CalendarUnit(rawValue: lowered) ?? CalendarUnit(rawValue: String(lowered.dropLast(lowered.hasSuffix("s") ? 1 : 0))) else {
      return nil
    }
    self = unit
  }

  /// The units that an interval may have.
  static let steps: [CalendarUnit] = [.microsecond, .millisecond, .second, .minute, .hour, .day, .week, .month, .quarter, .year]
}
