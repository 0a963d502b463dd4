internal import SluiceCore

/// A named column of a batch that crosses the Arrow C Data Interface.
struct ArrowField: Hashable, Sendable {
  let name: String
  let type: DataType
  let isNullable: Bool
  /// Key-value pairs that the other side reads, such as a Parquet field id.
  var metadata: [String: String] = [:]
  /// The Parquet field ids of the fields inside, where they have any: of a list its element's, of a map its key's and its value's, of a row those
  /// of its fields; each is followed by those inside of it, a map's key and value by those inside of both.
  var innerIDs: [Int32] = []

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

  /// How many fields are inside, at any depth.
  var innerFieldCount: Int {
    switch self {
    case .array(let element): 1 + element.innerFieldCount
    case .map(let key, let value): 2 + key.innerFieldCount + value.innerFieldCount
    case .row(let fields): fields.reduce(0) { $0 + 1 + $1.type.innerFieldCount }
    default: 0
    }
  }
}

extension ArrowField {
  /// The child fields under the names that Arrow and Parquet give them, with their ids.
  var children: [ArrowField] {
    let ids = innerIDs.count == type.innerFieldCount ? innerIDs[...] : []
    switch type {
    case .array(let element):
      return [Self.numbered(ArrowField(name: "element", type: element, isNullable: true), ids)]
    case .map(let key, _):
      var entries = ArrowField(name: "key_value", type: type.childTypes[0], isNullable: false)
      if ids.count >= 2 {
        // The order of a row: each id before those inside of it.
        let inner = ids.dropFirst(2)
        entries.innerIDs = [ids[0]] + inner.prefix(key.innerFieldCount) + [ids[1]] + inner.dropFirst(key.innerFieldCount)
      }
      return [entries]
    case .row(let fields):
      var rest = ids
      return fields.map { field in
        let taken = rest.prefix(1 + field.type.innerFieldCount)
        rest = rest.dropFirst(taken.count)
        return Self.numbered(ArrowField(name: field.name, type: field.type, isNullable: field.isNullable), taken)
      }
    default: return []
    }
  }

  /// `field` with the first of `ids`; the others are inside of it.
  private static func numbered(_ field: ArrowField, _ ids: ArraySlice<Int32>) -> ArrowField {
    var field = field
    guard let own = ids.first else { return field }
    field.metadata[fieldIDKey] = String(own)
    field.innerIDs = Array(ids.dropFirst())
    return field
  }
}
