import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

@Suite struct SingleValueTests {
  static let samples: [(type: IcebergType, texts: [String])] = [
    (.boolean, ["true", "false"]), (.int, ["0", "34", "-1", "2147483647", "-2147483648"]), (.long, ["34", "-9223372036854775808"]),
    (.float, ["1.5", "-0.25"]), (.double, ["1.5", "1e300"]),
    (.decimal(precision: 9, scale: 2), ["14.20", "-14.20", "0.00", "1.27", "1.28", "-1.28"]),
    (.decimal(precision: 38, scale: 0), ["99999999999999999999999999999999999999", "-1"]), (.date, ["2017-11-16", "1969-12-31"]),
    (.time, ["22:31:08.000000"]), (.timestamp, ["2017-11-16T22:31:08.000001", "1960-01-01T00:00:00.000000"]),
    (.timestamptz, ["2017-11-16T22:31:08.000000Z"]), (.timestampNanos, ["2017-11-16T22:31:08.123456789"]), (.string, ["", "iceberg", "grüße"]),
    (.binary, ["0x", "0x00010203"]), (.fixed(4), ["0x00010203"]), (.uuid, ["0xf79c3e09677c4bbda4793f349cb785e7"]),
  ]

  @Test("values come back as they were", arguments: samples.indices) func roundTrip(_ sample: Int) throws {
    let (type, texts) = Self.samples[sample]
    let storage = try #require(IcebergTypes.dataType(of: type))
    let column = try Column.of(storage, texts)
    for row in texts.indices {
      let bytes = try #require(SingleValue.bytes(column, row, as: type))
      #expect(SingleValue.column(bytes, as: type)?.texts == [column.texts[row]])
    }
    #expect(SingleValue.bytes(.nulls(of: storage, count: 1), 0, as: type) == nil)
  }

  @Test("the bytes are those of the specification") func bytes() throws {
    func bytes(_ text: String, _ type: IcebergType) throws -> [UInt8]? {
      SingleValue.bytes(try .of(try #require(IcebergTypes.dataType(of: type)), [text]), 0, as: type)
    }
    #expect(try bytes("14.20", .decimal(precision: 9, scale: 2)) == [0x05, 0x8c])
    #expect(try bytes("-0.01", .decimal(precision: 9, scale: 2)) == [0xff])
    #expect(try bytes("1.28", .decimal(precision: 9, scale: 2)) == [0x00, 0x80])
    #expect(try bytes("2017-11-16", .date) == SingleValue.littleEndian(Int32(17486)))
    #expect(try bytes("true", .boolean) == [1])
    #expect(
      SingleValue.bytes(try .of(.timestamp(precision: 0), ["1970-01-01T00:00:01"]), 0, as: .timestamp) == SingleValue.littleEndian(Int64(1_000_000)))
  }

  @Test("pyiceberg writes the same bytes") func foreign() throws {
    let cases: [(IcebergType, [SpecValue], [String])] = [
      (.int, [34, -1], ["34", "-1"]), (.long, [34, .integer(Int.min)], ["34", "\(Int.min)"]), (.string, ["iceberg", "grüße"], ["iceberg", "grüße"]),
      (.decimal(precision: 20, scale: 3), ["-12345678901.250", "0.128"], ["-12345678901.250", "0.128"]), (.double, [1.5], ["1.5"]),
      (.date, ["2017-11-16"], ["2017-11-16"]),
    ]
    for (type, values, texts) in cases {
      let answer = try LakeReader.shared.ask("iceberg", ["do": "single", "type": .string(type.text), "values": .array(values)])
      let column = try Column.of(try #require(IcebergTypes.dataType(of: type)), texts)
      for (row, expected) in (answer["values"]?.items ?? []).enumerated() {
        let bytes = try #require(SingleValue.bytes(column, row, as: type))
        let own = ValueText(bytesColumn(bytes)).json(0)
        #expect(own == "\"\(expected.text ?? "")\"", "\(type.text) \(texts[row])")
      }
    }
  }

  @Test("cut bounds include the values that they stand for") func cutBounds() throws {
    func bounds(_ text: String) throws -> (lower: String?, upper: String?) {
      let column = try Column.of(.string, [text])
      func read(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
      return (read(SingleValue.lowerBound(column, as: .string)), read(SingleValue.upperBound(column, as: .string)))
    }
    #expect(try bounds("abc") == ("abc", "abc"))
    #expect(try bounds("abcdefghijklmnop") == ("abcdefghijklmnop", "abcdefghijklmnop"))
    #expect(try bounds("abcdefghijklmnopq") == ("abcdefghijklmnop", "abcdefghijklmnoq"))
    #expect(try bounds("ｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱ") == ("ｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱ", "ｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｲ"))
    // The next number is a surrogate's, which is no character.
    #expect(try bounds("aaaaaaaaaaaaaaa\u{d7ff}x").upper == "aaaaaaaaaaaaaaa\u{e000}")
    // The last of all characters has none after it.
    #expect(try bounds("aaaaaaaaaaaaaaa\u{10ffff}x").upper == "aaaaaaaaaaaaaab")
    #expect(try bounds(String(repeating: "\u{10ffff}", count: 17)).upper == nil)

    func upper(_ text: String) throws -> [UInt8]? { SingleValue.upperBound(try .of(.binary, [text]), as: .binary) }
    #expect(try upper("0x" + String(repeating: "01", count: 17)) == [UInt8](repeating: 1, count: 15) + [2])
    #expect(try upper("0x" + String(repeating: "01", count: 15) + "ffff") == [UInt8](repeating: 1, count: 14) + [2])
    #expect(try upper("0x" + String(repeating: "ff", count: 17)) == nil)
  }

  @Test("bounds of before a promotion are read as the new type") func promotedBounds() {
    #expect(SingleValue.column(SingleValue.littleEndian(Int32(-7)), as: .long)?.texts == ["-7"])
    #expect(SingleValue.column(SingleValue.littleEndian(Float(1.5).bitPattern), as: .double)?.texts == ["1.5"])
    #expect(SingleValue.column([1, 2, 3], as: .long) == nil)
    #expect(SingleValue.column([], as: .decimal(precision: 9, scale: 2)) == nil)
  }

  private func bytesColumn(_ bytes: [UInt8]) -> Column {
    var builder = ColumnBuilder(type: .binary, capacity: 1)
    bytes.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { builder.append(bytes: base, count: bytes.count) } else { builder.append(text: "") }
    }
    return builder.finish()
  }
}
