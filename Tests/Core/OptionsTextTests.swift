import SluiceCore
import Testing

@Suite struct OptionsTextTests {
  @Test(arguments: [("500ms", 0.5), ("5s", 5), ("10m", 600), ("2h", 7200), ("1h30m", 5400), ("1.5s", 1.5), ("1d", 86_400), ("3 min", 180)])
  func `Durations are read`(text: String, seconds: Double) {
    #expect(MeasureText.seconds(text) == seconds)
  }

  @Test(arguments: ["", "5", "s", "5 parsecs", "-5s", "5s!", "1.2.3s", "nan s"])
  func `Other texts are no durations`(text: String) {
    #expect(MeasureText.seconds(text) == nil)
  }

  @Test(arguments: [("64KB", 64_000), ("64 KiB", 65_536), ("512MiB", 536_870_912), ("1.5gib", 1_610_612_736), ("7B", 7), ("2TB", 2_000_000_000_000)])
  func `Sizes are read`(text: String, bytes: Int) {
    #expect(MeasureText.bytes(text) == bytes)
  }

  @Test(arguments: ["", "12", "12 parsecs", "-1MB", "99999999TiB", "1MB2"])
  func `Other texts are no sizes`(text: String) {
    #expect(MeasureText.bytes(text) == nil)
  }

  @Test(arguments: [
    ("checkpoint_interval", "checkpointInterval"), ("READERS", "readers"), ("laens", "lanes"), ("memroy", "memory"), ("reader", "readers"),
  ])
  func `The nearest name is found`(name: String, expected: String) {
    #expect(NearestName.of(name, in: ["readers", "lanes", "memory", "checkpointInterval"]) == expected)
  }

  @Test func `A name that is far from all has no nearest`() {
    #expect(NearestName.of("zebra", in: ["readers", "lanes"]) == nil)
    #expect(NearestName.of("", in: ["a"]) == nil || NearestName.of("", in: ["a"]) == "a")
  }

  @Test(arguments: [
    ("shop.orders", "shop.orders", true), ("shop.orders", "shop.orders2", false), ("shop.*", "shop.orders", true), ("shop.*", "shops.orders", false),
    ("*.orders", "shop.orders", true), ("shop.tmp_?", "shop.tmp_1", true), ("shop.tmp_?", "shop.tmp_12", false), ("s*p.o*s", "shop.orders", true),
    (#"/shop_[0-9]+\.orders/"#, "shop_12.orders", true), (#"/shop_[0-9]+\.orders/"#, "shop_12.orders_old", false), ("shop.a*b*c", "shop.aXbYc", true),
  ])
  func `Patterns match whole names`(pattern: String, table: String, matches: Bool) throws {
    let parts = table.split(separator: ".").map(String.init)
    #expect(try TablePattern(pattern).matches(TableID(database: parts[0], name: parts[1])) == matches)
  }

  @Test(arguments: ["orders", ".orders", "shop.", "", "/[/"])
  func `What is no pattern is refused`(text: String) {
    #expect(throws: TablePattern.Malformed.self) { try TablePattern(text) }
  }
}
