internal import SluiceCore

/// How a partition value is made of a column's value (Iceberg specification, partition transforms).
enum PartitionTransform: Hashable, Sendable {
  case identity
  case bucket(Int)
  case truncate(Int)
  case year, month, day, hour
  /// Null for every value.
  case void
  /// One that Sluice does not know: tables that have it can be read, not written.
  case other(String)

  init(_ text: String) {
    let parts = text.lowercased().split { "[]() ".contains($0) }
    let number = parts.count == 2 ? Int(parts[1]) : nil
    switch (parts.first, parts.count) {
    case ("identity", 1): self = .identity
    case ("year", 1), ("years", 1): self = .year
    case ("month", 1), ("months", 1): self = .month
    case ("day", 1), ("days", 1), ("date", 1): self = .day
    case ("hour", 1), ("hours", 1): self = .hour
    case ("void", 1): self = .void
    case ("bucket", 2): self = number.flatMap { $0 > 0 && $0 <= Int(Int32.max) ? .bucket($0) : nil } ?? .other(text)
    case ("truncate", 2): self = number.flatMap { $0 > 0 && $0 <= Int(Int32.max) ? .truncate($0) : nil } ?? .other(text)
    default: self = .other(text)
    }
  }

  var text: String {
    switch self {
    case .identity: "identity"
    case .bucket(let count): "bucket[\(count)]"
    case .truncate(let width): "truncate[\(width)]"
    case .year: "year"
    case .month: "month"
    case .day: "day"
    case .hour: "hour"
    case .void: "void"
    case .other(let text): text
    }
  }

  /// The type of its values when the column is of type `source`; `nil` when it does not take such columns.
  func resultType(of source: IcebergType) -> IcebergType? {
    guard source.isPrimitive else { return nil }
    switch (self, source) {
    case (.other, _): return nil
    case (.void, _): return source
    case (_, .unknown), (_, .other): return nil
    case (.identity, _): return source
    case (.bucket, .boolean), (.bucket, .float), (.bucket, .double): return nil
    case (.bucket, _): return .int
    case (.truncate, .int), (.truncate, .long), (.truncate, .decimal), (.truncate, .string), (.truncate, .binary): return source
    case (.hour, .timestamp), (.hour, .timestamptz), (.hour, .timestampNanos), (.hour, .timestamptzNanos): return .int
    case (.year, _), (.month, _), (.day, _):
      switch source {
      // A day counts as one, so that readers show it as a date.
      case .date, .timestamp, .timestamptz, .timestampNanos, .timestamptzNanos: return self == .day ? .date : .int
      default: return nil
      }
    default: return nil
    }
  }
}
