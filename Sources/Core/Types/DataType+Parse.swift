extension DataType {
  /// The type that `text` names, as `description` writes it; `nil` for nested types and any other text.
  ///
  /// Names of the field are known, too: `bigint`, `double`, `varchar`, `datetime(6)`.
  public init?(parsing text: String) {
    let plain = text.lowercased().filter { $0 != " " }
    let parts = plain.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    var numbers: [Int] = []
    if parts.count == 2 {
      guard parts[1].last == ")" else { return nil }
      for part in parts[1].dropLast().split(separator: ",", omittingEmptySubsequences: false) {
        guard let number = Int(part), number >= 0 else { return nil }
        numbers.append(number)
      }
    }
    guard let found = Self.named(String(parts[0]), numbers) else { return nil }
    self = found
  }

  private static func named(_ name: String, _ numbers: [Int]) -> DataType? {
    switch (name, numbers.count) {
    case ("boolean", 0), ("bool", 0): return .boolean
    case ("int8", 0), ("tinyint", 0): return .int8
    case ("int16", 0), ("smallint", 0): return .int16
    case ("int32", 0), ("int", 0), ("integer", 0): return .int32
    case ("int64", 0), ("bigint", 0): return .int64
    case ("float32", 0), ("float", 0), ("real", 0): return .float32
    case ("float64", 0), ("double", 0): return .float64
    case ("string", 0), ("text", 0), ("varchar", 0): return .string
    case ("binary", 0), ("bytes", 0), ("varbinary", 0): return .binary
    case ("date", 0): return .date
    case ("json", 0): return .json
    case ("decimal", 1...2), ("numeric", 1...2):
      let scale = numbers.count > 1 ? numbers[1] : 0
      guard (1...38).contains(numbers[0]), scale <= numbers[0] else { return nil }
      return .decimal(precision: numbers[0], scale: scale)
    case ("time", 0...1): return precise(numbers, atMost: 6).map { .time(precision: $0) }
    case ("timestamp", 0...1), ("datetime", 0...1): return precise(numbers, atMost: 9).map { .timestamp(precision: $0) }
    case ("instant", 0...1), ("timestamptz", 0...1): return precise(numbers, atMost: 9).map { .instant(precision: $0) }
    default: return nil
    }
  }

  private static func precise(_ numbers: [Int], atMost most: Int) -> Int? {
    guard let precision = numbers.first else { return 6 }
    return precision <= most ? precision : nil
  }
}
