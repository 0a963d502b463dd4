internal import Foundation

/// A part of the week in which a phase of a job may read.
public struct ReadWindow: Hashable, Sendable, Codable {
  public enum Phase: String, Sendable, Codable, CaseIterable {
    case copy, stream
  }

  public enum Day: String, Sendable, Codable, CaseIterable {
    case sun, mon, tue, wed, thu, fri, sat
  }

  public var phases: [Phase]
  /// The days on which the window begins.
  public var days: [Day]
  /// Minutes since midnight. A window that ends before it begins ends on the next day; one that ends where it begins lasts a whole day.
  public var from: Int
  public var to: Int
  /// A name such as `Europe/Berlin`.
  public var timeZone: String

  public init(phases: [Phase] = [.copy], days: [Day] = Day.allCases, from: Int, to: Int, timeZone: String = "UTC") {
    self.phases = phases
    self.days = days
    self.from = from
    self.to = to
    self.timeZone = timeZone
  }

  /// Whether the window is open at a moment, seconds since 1970 UTC. An unknown zone is UTC: `isKnown` tells before.
  public func isOpen(at time: Double) -> Bool {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: timeZone) ?? TimeZone(secondsFromGMT: 0) ?? .current
    let now = calendar.dateComponents([.weekday, .hour, .minute], from: Date(timeIntervalSince1970: time))
    guard let weekday = now.weekday, let hour = now.hour, let minute = now.minute else { return true }
    return isOpen(day: weekday - 1, minute: hour * 60 + minute)
  }

  /// `day` counts from Sunday.
  func isOpen(day: Int, minute: Int) -> Bool {
    let today = days.contains(Day.allCases[day % 7])
    if from < to { return today && (from..<to).contains(minute) }
    let yesterday = days.contains(Day.allCases[(day + 6) % 7])
    return (today && minute >= from) || (yesterday && minute < to)
  }

  /// Minutes since midnight of `22:00`; `24:00` is the end of the day.
  public static func minutes(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2 else { return nil }
    guard let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour), (0..<60).contains(minute) else { return nil }
    return hour * 60 + minute <= 24 * 60 ? hour * 60 + minute : nil
  }

  public static func isKnown(timeZone: String) -> Bool { TimeZone(identifier: timeZone) != nil }
}

extension [ReadWindow] {
  /// Whether a phase may read at a moment: always when no window is about it.
  public func isOpen(_ phase: ReadWindow.Phase, at time: Double) -> Bool {
    let own = filter { $0.phases.contains(phase) }
    return own.isEmpty || own.contains { $0.isOpen(at: time) }
  }
}
