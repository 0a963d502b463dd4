import SluiceCore
import TestKit

/// Values of vectors: from JSON into columns, and back.
enum VectorValue {
  static func type(_ text: String) -> DataType? {
    switch text {
    case "uint8": .uint8
    case "uint16": .uint16
    case "uint32": .uint32
    case "uint64": .uint64
    default: DataType(parsing: text)
    }
  }

  /// A batch of rows whose values are written as JSON.
  static func batch(_ columns: [ColumnDefinition], _ rows: [[SpecValue]]) throws -> Batch {
    var builder = BatchBuilder(types: columns.map(\.type), capacity: 16)
    for row in rows {
      guard row.count == columns.count else { throw TestFailure("\(row.count) values for \(columns.count) columns") }
      for (index, value) in row.enumerated() { try append(value, columns[index].type, to: &builder.columns[index]) }
      builder.finishRow()
    }
    return builder.finish()
  }

  /// The value of a row, to be compared with what is expected.
  static func value(_ column: Column, _ row: Int) throws -> SpecValue {
    plain(try JSONReader.read(ValueText(column).json(row)))
  }

  /// Whole numbers as integers, so that 1 is 1.0.
  static func plain(_ value: SpecValue) -> SpecValue {
    switch value {
    case .number(let number): Int(exactly: number).map { .integer($0) } ?? value
    case .array(let items): .array(items.map(plain))
    default: value
    }
  }

  private static func append(_ value: SpecValue, _ type: DataType, to builder: inout ColumnBuilder) throws {
    if value == .null { return builder.appendNull() }
    let text = value.text ?? JSONText.compact(value)
    func integer<Value: FixedWidthInteger>(_: Value.Type) throws -> Value {
      guard let number = Value(text) else { throw TestFailure("\(text) is no \(type)") }
      return number
    }
    switch type {
    case .boolean: builder.append(boolean: value.flag ?? false)
    case .int8: builder.append(try integer(Int8.self))
    case .int16: builder.append(try integer(Int16.self))
    case .int32: builder.append(try integer(Int32.self))
    case .int64: builder.append(try integer(Int64.self))
    case .uint8: builder.append(try integer(UInt8.self))
    case .uint16: builder.append(try integer(UInt16.self))
    case .uint32: builder.append(try integer(UInt32.self))
    case .uint64: builder.append(try integer(UInt64.self))
    case .float32: builder.append(Float(text) ?? .nan)
    case .float64: builder.append(Double(text) ?? .nan)
    case .decimal(_, let scale): builder.append(unscaled: try unscaled(text, scale))
    case .string, .json: builder.append(text: text)
    case .binary:
      let bytes = Array(text.utf8)
      try bytes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { throw TestFailure("an empty binary value") }
        builder.append(bytes: base, count: bytes.count)
      }
    case .date: builder.append(Int32(try days(text)))
    case .time: builder.append(try clock(text, 1_000_000))
    case .timestamp(let digits), .instant(let digits): builder.append(try moment(text, TimeUnit(precision: digits).perSecond))
    case .array, .map, .row: throw TestFailure("no values of \(type) in vectors")
    }
  }

  private static func unscaled(_ text: String, _ scale: Int) throws -> Int128 {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    guard fraction.count <= scale, let value = Int128(parts[0] + fraction + String(repeating: "0", count: scale - fraction.count)) else {
      throw TestFailure("\(text) is no decimal of scale \(scale)")
    }
    return value
  }

  /// Days since 1970-01-01, counted year by year.
  private static func days(_ text: String) throws -> Int {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3 else { throw TestFailure("\(text) is no date") }
    func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    let years = parts[0] >= 1970 ? (1970..<parts[0]).map { isLeap($0) ? 366 : 365 } : (parts[0]..<1970).map { isLeap($0) ? -366 : -365 }
    let months = [31, isLeap(parts[0]) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return years.reduce(0, +) + months[..<(parts[1] - 1)].reduce(0, +) + parts[2] - 1
  }

  private static func clock(_ text: String, _ perSecond: Int64) throws -> Int64 {
    let parts = text.split(separator: ":")
    guard parts.count == 3, let hour = Int64(parts[0]), let minute = Int64(parts[1]), let second = Double(parts[2]) else {
      throw TestFailure("\(text) is no time")
    }
    return (hour * 60 + minute) * 60 * perSecond + Int64((second * Double(perSecond)).rounded())
  }

  private static func moment(_ text: String, _ perSecond: Int64) throws -> Int64 {
    let parts = text.split(separator: "T")
    guard parts.count == 2 else { throw TestFailure("\(text) is no date and time") }
    return Int64(try days(String(parts[0]))) * 86_400 * perSecond + (try clock(String(parts[1].prefix { $0 != "Z" }), perSecond))
  }
}
