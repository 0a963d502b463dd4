import SluiceCore
import Testing

/// A key of one form, and how the key of a number looks.
struct KeyShape: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let columns: [TargetTable.Column]
  /// Appends the key columns of a number; different numbers have different keys.
  let append: @Sendable (Int, UnsafeMutableBufferPointer<ColumnBuilder>) -> Void

  var names: [String] { columns.map(\.name) }

  private init(_ name: String, _ types: [DataType], append: @escaping @Sendable (Int, UnsafeMutableBufferPointer<ColumnBuilder>) -> Void) {
    testDescription = name
    columns = types.enumerated().map { .init(name: "k\($0)", type: $1, isNullable: false) }
    self.append = append
  }

  static let all: [KeyShape] = [
    KeyShape("int", [.int32]) { $1[0].append(Int32($0 - 300)) },
    KeyShape("bigint", [.int64]) { $1[0].append((Int64($0) - 300) * 30_000_000_000_000_000) },
    KeyShape("bigint unsigned", [.decimal(precision: 20, scale: 0)]) { $1[0].append(unscaled: Int128($0) * 30_000_000_000_000_000) },
    KeyShape("wide decimal", [.decimal(precision: 38, scale: 10)]) {
      $1[0].append(unscaled: (Int128($0) - 300) * 100_000_000_000_000_000_000_000_000_000)
    },
    KeyShape("text", [.string]) { $1[0].append(text: text($0)) },
    KeyShape("binary", [.binary]) {
      let bytes = binary($0)
      $1[0].append(bytes: bytes, count: bytes.count)
    },
    KeyShape("moment", [.timestamp(precision: 6)]) { $1[0].append((Int64($0) - 300) * 1_000_003) },
    KeyShape("double", [.float64]) { $1[0].append(Double($0 - 300) * 0.37) },
    KeyShape("text and number", [.string, .int32]) {
      $1[0].append(text: ["", "a", "a\0", "a\0\u{1}", "ä", "common prefix of many", "b"][$0 % 7])
      $1[1].append(Int32($0 / 7 - 40))
    },
    KeyShape("number, binary and day", [.int16, .binary, .date]) {
      $1[0].append(Int16($0 % 3 - 1))
      let bytes = binary($0 / 3 % 40)
      $1[1].append(bytes: bytes, count: bytes.count)
      $1[2].append(Int32($0 / 120 - 2))
    },
    KeyShape("flag and byte", [.boolean, .int8, .int16]) {
      $1[0].append(boolean: $0 % 2 == 0)
      $1[1].append(Int8($0 / 2 % 16 - 8))
      $1[2].append(Int16($0 / 32))
    },
  ]

  private static func text(_ number: Int) -> String {
    if number == 0 { return "" }
    let tail = String(number, radix: 7)
    return number % 4 == 0 ? "order-00000000-\(tail)" : number % 4 == 1 ? tail : number % 4 == 2 ? "ü\(tail)" : "\(tail)\(tail) 𝄞"
  }

  /// Bytes of base 3 digits, zeros among them.
  private static func binary(_ number: Int) -> [UInt8] {
    String(number, radix: 3).utf8.map { $0 == 0x30 ? 0 : $0 == 0x31 ? 1 : 0xff }
  }

  func rows(_ numbers: [Int]) -> Batch {
    var builder = BatchBuilder(types: columns.map(\.type))
    for number in numbers {
      append(number, builder.columns)
      builder.finishRow()
    }
    return builder.finish()
  }
}
