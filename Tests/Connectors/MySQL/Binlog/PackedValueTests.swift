import SluiceCore
import Testing

@testable import SluiceConnectors

/// Packed values that the test servers no longer write.
@Suite struct PackedValueTests {
  private func column(_ operation: BinlogColumn.Operation, fraction: UInt8 = 0, perSecond: Int64 = 1_000) -> BinlogColumn {
    var column = BinlogColumn(operation)
    column.fraction = fraction
    column.perSecond = perSecond
    return column
  }

  @Test func `dates and times of servers before 5.6`() {
    var bad: UInt64 = 0
    func little(_ value: UInt64, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) } }
    #expect(PackedTime.oldDateTime(little(20_240_229_123_456, 8), column(.oldDateTime), &bad) == 1_709_210_096_000 && bad == 0)
    #expect(PackedTime.moment(little(20_240_229_123_456, 8), column(.oldDateTime)).text(digits: 0) == "2024-02-29 12:34:56")
    #expect(PackedTime.oldTimestamp(little(1_000_000_000, 4), column(.oldTimestamp), &bad) == 1_000_000_000_000 && bad == 0)
    #expect(PackedTime.oldTime(little(8_385_959, 3)) == "838:59:59")
    #expect(PackedTime.oldTime(little(UInt64(0x100_0000 - 101), 3)) == "-00:01:01")
    _ = PackedTime.oldDateTime(little(20_240_230_000_000, 8), column(.oldDateTime), &bad)
    #expect(bad != 0)
    bad = 0
    _ = PackedTime.oldDateTime(little(UInt64.max, 8), column(.oldDateTime), &bad)
    #expect(bad != 0)
    bad = 0
    _ = PackedTime.oldTimestamp([0, 0, 0, 0], column(.oldTimestamp), &bad)
    #expect(bad != 0)
  }

  @Test func `timestamps reach beyond 2038`() {
    var bad: UInt64 = 0
    #expect(PackedTime.timestamp([0xff, 0xff, 0xff, 0xff], column(.timestamp), &bad) == 4_294_967_295_000 && bad == 0)
  }

  @Test func `UUIDs in the order of old tables and of new ones`() {
    func text(_ hex: String) -> String? {
      let digits = Array(hex.utf8).map { UInt8($0 <= 57 ? $0 - 48 : $0 - 87) }
      let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
      return PackedAddress.text(bytes, bytes.count, .uuid)
    }
    #expect(text("123e4567e89b12d3a456426655440000") == "123e4567-e89b-12d3-a456-426655440000")
    #expect(text("426655440000a45612d3e89b123e4567") == "123e4567-e89b-12d3-a456-426655440000")
    #expect(text("0190163d8694739baea5966c26f8ad90") == "0190163d-8694-739b-aea5-966c26f8ad90")
    #expect(text("123e4567e89b12d3a4564266554400") == "123e4567-e89b-12d3-a456-426655440000")
    #expect(PackedAddress.text([1, 2, 3, 4, 5], 5, .inet4) == nil)
  }

  @Test func `members are read from the catalog's spelling`() {
    func names(_ text: String) -> [String]? { MemberNames(columnType: text)?.names.map { String(decoding: $0, as: UTF8.self) } }
    #expect(names("enum('a','b''c','','d,e)')") == ["a", "b'c", "", "d,e)"])
    #expect(names(#"set('x\\y','new\nline','')"#) == [#"x\y"#, "new\nline", ""])
    #expect(names("enum('?')") == nil && names("enum('a'") == nil && names("enum(a)") == nil && names("int") == nil)
    let set = MemberNames([Array("a".utf8), Array("b".utf8)])
    var text: [UInt8] = []
    let isUnknown = !set.appendSet(4, to: &text)
    #expect(set.member(0) == [] && set.member(3) == nil && isUnknown)
  }

  @Test func `decimals whose groups hold too much are refused`() {
    var bad: UInt64 = 0
    let layout = DecimalLayout(precision: 11, scale: 2)
    #expect(layout.width == 5)
    #expect(PackedDecimal.decimal64([0x80, 0, 0, 1, 50], layout, &bad) == 150 && bad == 0)
    _ = PackedDecimal.decimal64([0xff, 0xff, 0xff, 0xff, 0], layout, &bad)
    #expect(bad != 0)
    bad = 0
    _ = PackedDecimal.decimal128([0x80, 0, 0, 1, 100], layout, &bad)
    #expect(bad != 0)
  }

  @Test func `compressed values that are none are refused`() {
    let scratch = ByteScratch(capacity: 16)
    func value(_ bytes: [UInt8]) -> [UInt8]? { bytes.withUnsafeBufferPointer { CompressedColumn.inflate($0, scratch).map { Array($0) } } }
    #expect(value([]) == [] && value([0, 1, 2]) == [1, 2])
    #expect(value([0x81]) == nil && value([0x81, 5]) == nil && value([0x81, 5, 1, 2, 3]) == nil && value([0x70, 0]) == nil)
    #expect(value([0x84, 0xff, 0xff, 0xff, 0xff, 0x78]) == nil)
  }
}
