import Foundation
import SluiceCore
import Testing

@Suite struct ReadWindowTests {
  /// Seconds since 1970 of a time in UTC.
  private static func time(_ text: String) throws -> Double { try Date("\(text):00Z", strategy: .iso8601).timeIntervalSince1970 }

  @Test("a window over midnight belongs to the day on which it opens")
  func night() throws {
    let window = ReadWindow(days: [.fri], from: 22 * 60, to: 6 * 60)
    // 2026-01-02 is a Friday.
    for (time, isOpen) in [
      ("2026-01-02T21:59", false), ("2026-01-02T22:00", true), ("2026-01-03T00:00", true), ("2026-01-03T05:59", true), ("2026-01-03T06:00", false),
      ("2026-01-03T22:30", false), ("2026-01-02T03:00", false),
    ] {
      #expect(try window.isOpen(at: Self.time(time)) == isOpen, "\(time)")
    }
  }

  @Test("a window follows its time zone through summer time")
  func zones() throws {
    let window = ReadWindow(from: 22 * 60, to: 24 * 60, timeZone: "Europe/Berlin")
    #expect(try window.isOpen(at: Self.time("2026-01-10T21:30")) && !window.isOpen(at: Self.time("2026-01-10T20:30")))
    #expect(try window.isOpen(at: Self.time("2026-07-10T20:30")) && !window.isOpen(at: Self.time("2026-07-10T22:30")))
  }

  @Test("a phase that no window is about is always open, one that some are about only in one of them")
  func phases() throws {
    let windows = [ReadWindow(phases: [.copy], from: 60, to: 120), ReadWindow(phases: [.copy], from: 600, to: 660)]
    #expect(try windows.isOpen(.stream, at: Self.time("2026-01-10T05:00")))
    #expect(try windows.isOpen(.copy, at: Self.time("2026-01-10T01:30")) && windows.isOpen(.copy, at: Self.time("2026-01-10T10:30")))
    #expect(try !windows.isOpen(.copy, at: Self.time("2026-01-10T05:00")))
    #expect(ReadWindow(from: 300, to: 300).isOpen(at: 0), "a window that ends where it begins lasts a day")
  }

  @Test("times of day are read, and nothing else")
  func minutes() {
    #expect(ReadWindow.minutes("22:00") == 1_320 && ReadWindow.minutes("6:05") == 365 && ReadWindow.minutes("24:00") == 1_440)
    for text in ["24:01", "22", "22:60", "22:5", "-1:00", "", "ab:cd"] { #expect(ReadWindow.minutes(text) == nil, "\(text)") }
  }
}
