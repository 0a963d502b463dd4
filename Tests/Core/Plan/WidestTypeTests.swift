import Testing

@testable import SluiceCore

@Suite struct WidestTypeTests {
  private static let cases: [(DataType, DataType, DataType?)] = [
    (.int32, .int64, .int64), (.int8, .int8, .int8), (.uint8, .int8, .int16), (.uint32, .int32, .int64),
    (.uint64, .int64, .decimal(precision: 20, scale: 0)),
    (.decimal(precision: 8, scale: 2), .decimal(precision: 10, scale: 4), .decimal(precision: 10, scale: 4)),
    (.decimal(precision: 10, scale: 0), .decimal(precision: 6, scale: 4), .decimal(precision: 14, scale: 4)),
    (.decimal(precision: 5, scale: 2), .int32, .decimal(precision: 12, scale: 2)), (.decimal(precision: 38, scale: 30), .int64, nil),
    (.float32, .float64, .float64), (.int32, .float64, .float64), (.int64, .float64, nil),
    (.date, .timestamp(precision: 3), .timestamp(precision: 3)),
    (.timestamp(precision: 0), .timestamp(precision: 6), .timestamp(precision: 6)), (.timestamp(precision: 6), .instant(precision: 6), nil),
    (.string, .int64, .string), (.date, .string, .string), (.json, .string, .string), (.binary, .string, nil), (.boolean, .int8, nil),
  ]

  @Test("The widest of two types holds both, whichever comes first", arguments: cases)
  func widest(_ left: DataType, _ right: DataType, _ expected: DataType?) {
    #expect(DataType.widest(left, right) == expected)
    #expect(DataType.widest(right, left) == expected)
    guard let expected else { return }
    #expect(left.canWiden(to: expected))
    #expect(right.canWiden(to: expected))
  }

  @Test("Values that are widened stay what they are")
  func values() {
    func column(_ type: DataType, _ fill: (inout ColumnBuilder) -> Void) -> Column {
      var builder = ColumnBuilder(type: type)
      fill(&builder)
      builder.appendNull()
      return builder.finish()
    }
    func texts(_ column: Column) -> [String?] { (0..<column.count).map { ValueText(column).text($0) } }
    let numbers = column(.int32) { $0.append(Int32(-7)) }
    #expect(texts(numbers.widen(to: .decimal(precision: 30, scale: 2))) == ["-7.00", nil])
    #expect(texts(numbers.widen(to: .string)) == ["-7", nil])
    #expect(texts(numbers.widen(to: .float64)) == ["-7.0", nil])
    #expect(texts(column(.uint64) { $0.append(UInt64.max) }.widen(to: .decimal(precision: 22, scale: 2))) == ["18446744073709551615.00", nil])
    #expect(
      texts(column(.decimal(precision: 4, scale: 1)) { $0.append(unscaled: 125) }.widen(to: .decimal(precision: 20, scale: 3))) == ["12.500", nil])
    let day = column(.date) { $0.append(Int32(-1)) }
    #expect(texts(day.widen(to: .timestamp(precision: 6))) == ["1969-12-31T00:00:00.000000", nil])
    let time = column(.timestamp(precision: 3)) { $0.append(Int64(1_500)) }
    #expect(texts(time.widen(to: .timestamp(precision: 6))) == ["1970-01-01T00:00:01.500000", nil])
  }

  @Test(
    "Names of types are read",
    arguments: [
      ("BIGINT", DataType.int64), ("decimal(18, 4)", .decimal(precision: 18, scale: 4)), ("varchar", .string),
      ("datetime(3)", .timestamp(precision: 3)),
      ("instant", .instant(precision: 6)), ("int32", .int32),
    ])
  func names(_ text: String, _ type: DataType) {
    #expect(DataType(parsing: text) == type)
    #expect(DataType(parsing: type.description) == type)
  }

  @Test(
    "What names no type is refused",
    arguments: ["", "int(", "decimal", "decimal(39,2)", "decimal(2,3)", "decimal(x)", "time(7)", "array<int>", "int32)"])
  func unknown(_ text: String) {
    #expect(DataType(parsing: text) == nil)
  }
}
