import SluiceCore

/// A column as plain Swift values, against which the columnar kernels are checked.
struct ModelColumn {
  let type: DataType
  let values: [String?]

  /// Values of every shape the type has, about one in five a null.
  static func random(_ type: DataType, count: Int, using generator: inout some RandomNumberGenerator) -> ModelColumn {
    let values = (0..<count).map { _ -> String? in
      Int.random(in: 0..<5, using: &generator) == 0 ? nil : text(of: type, using: &generator)
    }
    return ModelColumn(type: type, values: values)
  }

  static let leafTypes: [DataType] = [
    .boolean, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .decimal(precision: 10, scale: 2),
    .decimal(precision: 38, scale: 5), .string, .binary, .date, .time(precision: 6), .timestamp(precision: 3), .timestamp(precision: 6),
    .instant(precision: 6), .json,
  ]

  func build() -> Column {
    var builder = ColumnBuilder(type: type, capacity: 2)
    for value in values { Self.append(value, to: &builder) }
    return builder.finish()
  }

  private static func text(of type: DataType, using generator: inout some RandomNumberGenerator) -> String {
    switch type.layout {
    case .bits: String(Bool.random(using: &generator))
    case .fixed(width: 1): String(Int8.random(in: 0...Int8.max, using: &generator))
    case .fixed: String(Int16.random(in: 0...Int16.max, using: &generator))
    default: String(repeating: "é", count: Int.random(in: 0..<12, using: &generator)) + String(Int.random(in: 0..<9, using: &generator))
    }
  }

  private static func append(_ value: String?, to builder: inout ColumnBuilder) {
    guard let value else { return builder.appendNull() }
    switch builder.type {
    case .boolean: builder.append(boolean: value == "true")
    case .float32: builder.append(Float(value) ?? 0)
    case .float64: builder.append(Double(value) ?? 0)
    default:
      switch builder.type.layout {
      case .fixed(width: 1): builder.append(UInt8(value) ?? 0)
      case .fixed(width: 2): builder.append(UInt16(value) ?? 0)
      case .fixed(width: 4): builder.append(UInt32(value) ?? 0)
      case .fixed(width: 8): builder.append(UInt64(value) ?? 0)
      case .fixed: builder.append(UInt128(value) ?? 0)
      default: builder.append(text: value)
      }
    }
  }
}

extension Column {
  /// The values as the model spells them.
  var modelValues: [String?] {
    (0..<count).map { row in
      if isNull(row) { return nil }
      switch type {
      case .boolean: return String(boolean(row))
      case .float32: return String(Int(fixed(as: Float.self)[row]))
      case .float64: return String(Int(fixed(as: Double.self)[row]))
      default:
        switch type.layout {
        case .fixed(width: 1): return String(fixed(as: UInt8.self)[row])
        case .fixed(width: 2): return String(fixed(as: UInt16.self)[row])
        case .fixed(width: 4): return String(fixed(as: UInt32.self)[row])
        case .fixed(width: 8): return String(fixed(as: UInt64.self)[row])
        case .fixed: return String(fixed(as: UInt128.self)[row])
        default: return String(decoding: bytes(at: row), as: UTF8.self)
        }
      }
    }
  }
}
