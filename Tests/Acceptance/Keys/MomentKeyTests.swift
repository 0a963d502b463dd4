import TestKit
import Testing

@Suite struct MomentKeyTests {
  private static let shapes = [
    KeyShape("days", ("id", "DATE", "'1965-01-01' + INTERVAL n DAY")),
    KeyShape("microseconds", ("id", "DATETIME(6)", "'1969-12-31 23:59:59.999000' + INTERVAL n MICROSECOND")),
    KeyShape("datetimes over all years", ("id", "DATETIME", "'1000-01-01 00:00:00' + INTERVAL n * 15750 HOUR")),
    KeyShape("instants", ("id", "TIMESTAMP(3)", "'2001-01-01 00:00:00.000' + INTERVAL n * 1001000 MICROSECOND")),
    KeyShape("times of both signs", ("id", "TIME(3)", "SEC_TO_TIME((n - 2500) * 1200.125)")),
    KeyShape("days from the first year to the last", ("id", "DATE", "'0001-01-01' + INTERVAL n * 730 DAY")),
    KeyShape("microseconds of both signs", ("id", "TIME(6)", "SEC_TO_TIME((n - 2500) * 1207.000001)")),
    KeyShape("years, the zero year too", ("id", "YEAR", "IF(n = 0, '0000', 1900 + n)")).with(rows: 256),
  ]

  @Test("A table keyed by dates and times is copied exactly", arguments: KeyCase.all(shapes))
  func moments(_ keyCase: KeyCase) throws {
    try keyCase.expectExactCopy()
  }
}
