internal import SluiceCore

/// A named column of a batch that crosses the Arrow C Data Interface.
struct ArrowField: Hashable, Sendable {
  let name: String
  let type: DataType
  let isNullable: Bool
  /// Key-value pairs that the other side reads, such as a Parquet field id.
  var metadata: [String: String] = [:]

  /// The metadata key under which Arrow's Parquet library keeps a column's field id.
  static let fieldIDKey = "PARQUET:field_id"
}

extension DataType {
  /// Arrow's format string for a column of this type as `ArrowExport` hands it out.
  var arrowFormat: String {
    switch self {
    case .boolean: "b"
    case .int8: "c"
    case .uint8: "C"
    case .int16: "s"
    case .uint16: "S"
    case .int32: "i"
    case .uint32: "I"
    case .int64: "l"
    case .uint64: "L"
    case .float32: "f"
    case .float64: "g"
    case .decimal(let precision, let scale): precision <= 18 ? "d:\(precision),\(scale),64" : "d:\(precision),\(scale)"
    case .string, .json: "u"
    case .binary: "z"
    case .date: "tdD"
    case .time(let precision): precision <= 3 ? "ttm" : "ttu"
    case .timestamp: "ts\(arrowUnit):"
    case .instant: "ts\(arrowUnit):UTC"
    case .array: "+l"
    case .map: "+m"
    case .row: "+s"
    }
  }

  private var arrowUnit: String {
    switch timeUnit {
    case .milliseconds: "m"
    case .microseconds, nil: "u"
    case .nanoseconds: "n"
    }
  }

  /// Whether values are stored as 32-bit milliseconds outside, while a `Column` counts 64-bit microseconds.
  var isMillisecondTime: Bool {
    if case .time(let precision) = self { precision <= 3 } else { false }
  }

  /// The child fields under the names that Arrow and Parquet give them.
  var arrowChildren: [ArrowField] {
    switch self {
    case .array(let element): [ArrowField(name: "element", type: element, isNullable: true)]
    case .map: [ArrowField(name: "key_value", type: childTypes[0], isNullable: false)]
    case .row(let fields): fields.map { ArrowField(name: $0.name, type: $0.type, isNullable: $0.isNullable) }
    default: []
    }
  }
}
