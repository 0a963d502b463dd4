import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

@Suite struct PartitionTransformTests {
  @Test("hashes are those of the specification") func hashes() throws {
    #expect(Int32(bitPattern: IcebergBuckets.hash(34)) == 2_017_239_379)
    #expect(Int32(bitPattern: IcebergBuckets.hash(Array("iceberg".utf8))) == 1_210_000_089)
    #expect(Int32(bitPattern: IcebergBuckets.hash([0, 1, 2, 3])) == -188_683_207)
    #expect(Int32(bitPattern: IcebergBuckets.hash(SingleValue.unscaled(1420))) == -500_754_589)
    #expect(Int32(bitPattern: IcebergBuckets.hash(17486)) == -653_330_422)
    #expect(Int32(bitPattern: IcebergBuckets.hash(81_068_000_000)) == -662_762_989)
    #expect(Int32(bitPattern: IcebergBuckets.hash(1_510_871_468_000_000)) == -2_047_944_441)
    #expect(Int32(bitPattern: IcebergBuckets.hash(1_510_871_468_000_001)) == -1_207_196_810)
    let uuid: [UInt8] = [0xf7, 0x9c, 0x3e, 0x09, 0x67, 0x7c, 0x4b, 0xbd, 0xa4, 0x79, 0x3f, 0x34, 0x9c, 0xb7, 0x85, 0xe7]
    #expect(Int32(bitPattern: IcebergBuckets.hash(uuid)) == 1_488_055_340)
  }

  @Test("buckets are those of pyiceberg, whatever a column counts in") func buckets() throws {
    func bucket(_ type: IcebergType, _ storage: DataType, _ text: String) throws -> String? {
      try PartitionTransform.bucket(16).values(of: .of(storage, [text]), type: type).texts[0]
    }
    #expect(try bucket(.int, .int32, "34") == "3")
    #expect(try bucket(.long, .int64, "34") == "3")
    #expect(try bucket(.string, .string, "iceberg") == "9")
    #expect(try bucket(.decimal(precision: 9, scale: 2), .decimal(precision: 9, scale: 2), "14.20") == "3")
    #expect(try bucket(.decimal(precision: 38, scale: 2), .decimal(precision: 38, scale: 2), "14.20") == "3")
    #expect(try bucket(.date, .date, "2017-11-16") == "10")
    #expect(try bucket(.timestamp, .timestamp(precision: 0), "2017-11-16T22:31:08") == "7")
    #expect(try bucket(.timestamp, .timestamp(precision: 6), "2017-11-16T22:31:08.000000") == "7")
    #expect(try bucket(.timestampNanos, .timestamp(precision: 9), "2017-11-16T22:31:08.000000999") == "7")
    #expect(try bucket(.binary, .binary, "0x00010203") == "9")
    #expect(try PartitionTransform.bucket(4).values(of: .of(.int32, [nil, "1"]), type: .int).texts[0] == nil)
  }

  @Test("times before 1970 go to the year, month, day and hour that they are in") func calendar() throws {
    func parts(_ text: String) throws -> [String?] {
      let column = try Column.of(.timestamp(precision: 6), [text])
      return try [PartitionTransform.year, .month, .day, .hour].map { try $0.values(of: column, type: .timestamp).texts[0] }
    }
    #expect(try parts("1970-01-01T00:00:00") == ["0", "0", "1970-01-01", "0"])
    #expect(try parts("1969-12-31T23:59:59.999999") == ["-1", "-1", "1969-12-31", "-1"])
    #expect(try parts("2024-02-29T12:00:00") == ["54", "649", "2024-02-29", "474780"])
    #expect(try parts("0001-01-01T00:00:00") == ["-1969", "-23628", "0001-01-01", "-17259888"])
    #expect(try PartitionTransform.month.values(of: .of(.date, ["2000-12-31", nil]), type: .date).texts == ["371", nil])
  }

  @Test("truncation goes down, and keeps whole characters") func truncation() throws {
    func cut(_ width: Int, _ type: IcebergType, _ texts: [String?]) throws -> [String?] {
      try PartitionTransform.truncate(width).values(of: .of(try #require(IcebergTypes.dataType(of: type)), texts), type: type).texts
    }
    #expect(try cut(10, .int, ["1", "-1", "0", "10", nil]) == ["0", "-10", "0", "10", nil])
    #expect(try cut(10, .long, ["1", "-1"]) == ["0", "-10"])
    #expect(try cut(50, .decimal(precision: 9, scale: 2), ["10.65", "-0.05"]) == ["10.50", "-0.50"])
    #expect(try cut(3, .string, ["iceberg", "ab", "イロハニホ"]) == ["ice", "ab", "イロハ"])
    #expect(try cut(3, .binary, ["0x0102030405"]) == ["0x010203"])
  }

  @Test("pyiceberg makes the same values of random ones") func foreign() throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    let integers = (0..<200).map { _ in Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<60, using: &random) }
    let words = (0..<200).map { number in String((0..<(number % 23)).map { _ in "aZ0ßイ😀 ".randomElement(using: &random) ?? "a" }) }
    let cases: [(IcebergType, [SpecValue], Column, [String])] = [
      (.long, integers.map { .integer(Int($0)) }, try .of(.int64, integers.map { "\($0)" }), ["bucket[1]", "bucket[97]", "truncate[7]"]),
      (.string, words.map { .string($0) }, try .of(.string, words), ["bucket[13]", "truncate[5]"]),
    ]
    for (type, values, column, transforms) in cases {
      for text in transforms {
        let answer = try LakeReader.shared.ask(
          "iceberg", ["do": "transform", "transform": .string(text), "type": .string(type.text), "values": .array(values)])
        let expected = (answer["values"]?.items ?? []).map { $0.text ?? $0.integer.map { "\($0)" } }
        #expect(try PartitionTransform(text).values(of: column, type: type).texts == expected, "\(text) of \(type.text)")
      }
    }
  }

  @Test("transforms say which columns they take") func fit() {
    #expect(PartitionTransform.hour.resultType(of: .date) == nil)
    #expect(PartitionTransform.day.resultType(of: .string) == nil)
    #expect(PartitionTransform.bucket(4).resultType(of: .double) == nil)
    #expect(PartitionTransform.identity.resultType(of: .list(elementID: 2, element: .int, isElementRequired: true)) == nil)
    for text in ["identity", "bucket[16]", "truncate[3]", "year", "month", "day", "hour", "void", "zorder"] {
      #expect(PartitionTransform(text).text == text)
    }
    #expect(PartitionTransform("bucket[0]") == .other("bucket[0]"))
  }
}
