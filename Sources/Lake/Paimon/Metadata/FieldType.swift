internal import SluiceCore

/// A column's type as Paimon's schema files spell it: text for atomic types, an object for nested ones (Paimon specification, schema).
indirect enum FieldType: Hashable, Sendable {
  /// `DECIMAL(10, 2)`, without `NOT NULL`.
  case atomic(String, isNullable: Bool)
  case array(element: FieldType, isNullable: Bool)
  case map(key: FieldType, value: FieldType, isNullable: Bool)
  case row([SchemaField], isNullable: Bool)

  var isNullable: Bool {
    switch self {
    case .atomic(_, let isNullable), .array(_, let isNullable), .map(_, _, let isNullable), .row(_, let isNullable): isNullable
    }
  }

  /// The same type, nullable or not.
  func nullable(_ isNullable: Bool) -> FieldType {
    switch self {
    case .atomic(let name, _): .atomic(name, isNullable: isNullable)
    case .array(let element, _): .array(element: element, isNullable: isNullable)
    case .map(let key, let value, _): .map(key: key, value: value, isNullable: isNullable)
    case .row(let fields, _): .row(fields, isNullable: isNullable)
    }
  }

  /// The highest field id within a nested type; -1 when there is none.
  var highestID: Int {
    switch self {
    case .atomic: -1
    case .array(let element, _): element.highestID
    case .map(let key, let value, _): max(key.highestID, value.highestID)
    case .row(let fields, _): fields.reduce(-1) { max($0, $1.id, $1.type.highestID) }
    }
  }
}

/// A field of a table's schema or of a nested row.
struct SchemaField: Hashable, Sendable, Codable {
  let id: Int
  let name: String
  let type: FieldType
  var description: String?
  var defaultValue: String?
}

extension FieldType: Codable {
  private enum Key: String, CodingKey {
    case type, element, key, value, fields
  }

  private static let notNull = " NOT NULL"

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      let isNullable = !text.hasSuffix(Self.notNull)
      self = .atomic(isNullable ? text : String(text.dropLast(Self.notNull.count)), isNullable: isNullable)
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    let text = try container.decode(String.self, forKey: .type)
    let isNullable = !text.hasSuffix(Self.notNull)
    switch isNullable ? text : String(text.dropLast(Self.notNull.count)) {
    case "ARRAY": self = .array(element: try container.decode(FieldType.self, forKey: .element), isNullable: isNullable)
    case "MAP":
      let key = try container.decode(FieldType.self, forKey: .key)
      self = .map(key: key, value: try container.decode(FieldType.self, forKey: .value), isNullable: isNullable)
    case "ROW": self = .row(try container.decode([SchemaField].self, forKey: .fields), isNullable: isNullable)
    default: throw DecodingError.dataCorruptedError(forKey: .type, in: container, debugDescription: "the type \(text) is not supported")
    }
  }

  func encode(to encoder: any Encoder) throws {
    let suffix = isNullable ? "" : Self.notNull
    if case .atomic(let text, _) = self {
      var container = encoder.singleValueContainer()
      return try container.encode(text + suffix)
    }
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .atomic: break
    case .array(let element, _):
      try container.encode("ARRAY" + suffix, forKey: .type)
      try container.encode(element, forKey: .element)
    case .map(let key, let value, _):
      try container.encode("MAP" + suffix, forKey: .type)
      try container.encode(key, forKey: .key)
      try container.encode(value, forKey: .value)
    case .row(let fields, _):
      try container.encode("ROW" + suffix, forKey: .type)
      try container.encode(fields, forKey: .fields)
    }
  }
}
