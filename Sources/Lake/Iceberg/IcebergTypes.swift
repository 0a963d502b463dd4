internal import SluiceCore

/// Which Iceberg type keeps which logical type, and back (Iceberg specification, schemas and data types).
enum IcebergTypes {
  /// How a column of `type` is kept in a table of that format version.
  static func storage(of type: DataType, formatVersion: Int) -> LakeType {
    switch type {
    case .boolean, .int32, .int64, .float32, .float64, .decimal, .string, .binary, .date: return plain(type)
    case .int8, .int16, .uint8, .uint16: return plain(.int32)
    case .uint32: return plain(.int64)
    case .uint64: return plain(.decimal(precision: 20, scale: 0))
    case .json: return LakeType(name: "string", storage: .string, note: "JSON text; Iceberg readers know no JSON type")
    case .time: return plain(.time(precision: 6))
    case .timestamp(let precision) where precision <= 6: return plain(.timestamp(precision: 6))
    case .instant(let precision) where precision <= 6: return plain(.instant(precision: 6))
    case .timestamp, .instant:
      if formatVersion >= 3 { return plain(type.isInstant ? .instant(precision: 9) : .timestamp(precision: 9)) }
      return LakeType(name: "string", storage: .string, note: "Iceberg keeps nanoseconds from format version 3 on only")
    case .array(let element):
      let inner = storage(of: element, formatVersion: formatVersion)
      return LakeType(name: "list<\(inner.name)>", storage: .array(inner.storage), note: inner.note)
    case .map(let key, let value):
      let (innerKey, innerValue) = (storage(of: key, formatVersion: formatVersion), storage(of: value, formatVersion: formatVersion))
      return LakeType(
        name: "map<\(innerKey.name), \(innerValue.name)>", storage: .map(key: innerKey.storage, value: innerValue.storage),
        note: innerKey.note ?? innerValue.note)
    case .row(let fields):
      let inner = fields.map { ($0, storage(of: $0.type, formatVersion: formatVersion)) }
      return LakeType(
        name: "struct<" + inner.map { "\($0.name): \($1.name)" }.joined(separator: ", ") + ">",
        storage: .row(inner.map { DataType.Field(name: $0.name, type: $1.storage, isNullable: $0.isNullable) }),
        note: inner.compactMap(\.1.note).first)
    }
  }

  private static func plain(_ storage: DataType) -> LakeType {
    var nothing = 0
    return LakeType(name: type(of: storage, lastID: &nothing).text, storage: storage)
  }

  /// The schema type of a storage type. Fields inside take the ids after `lastID`, which moves on.
  static func type(of storage: DataType, lastID: inout Int) -> IcebergType {
    switch storage {
    case .boolean: return .boolean
    case .int8, .int16, .int32, .uint8, .uint16: return .int
    case .int64, .uint32: return .long
    case .uint64: return .decimal(precision: 20, scale: 0)
    case .float32: return .float
    case .float64: return .double
    case .decimal(let precision, let scale): return .decimal(precision: precision, scale: scale)
    case .date: return .date
    case .time: return .time
    case .timestamp(let precision): return precision <= 6 ? .timestamp : .timestampNanos
    case .instant(let precision): return precision <= 6 ? .timestamptz : .timestamptzNanos
    case .string, .json: return .string
    case .binary: return .binary
    case .array(let element):
      lastID += 1
      let id = lastID
      return .list(elementID: id, element: type(of: element, lastID: &lastID), isElementRequired: false)
    case .map(let key, let value):
      let (keyID, valueID) = (lastID + 1, lastID + 2)
      lastID += 2
      let keyType = type(of: key, lastID: &lastID)
      return .map(keyID: keyID, key: keyType, valueID: valueID, value: type(of: value, lastID: &lastID), isValueRequired: false)
    case .row(let fields):
      let first = lastID + 1
      lastID += fields.count
      var numbered: [IcebergField] = []
      for (index, field) in fields.enumerated() {
        let inner = type(of: field.type, lastID: &lastID)
        numbered.append(IcebergField(id: first + index, name: field.name, isRequired: !field.isNullable, type: inner))
      }
      return .row(numbered)
    }
  }

  /// The type in which a column is read and written; `nil` for one that Sluice cannot read.
  static func dataType(of type: IcebergType) -> DataType? {
    switch type {
    case .boolean: return .boolean
    case .int: return .int32
    case .long: return .int64
    case .float: return .float32
    case .double: return .float64
    case .decimal(let precision, let scale): return .decimal(precision: precision, scale: scale)
    case .date: return .date
    case .time: return .time(precision: 6)
    case .timestamp: return .timestamp(precision: 6)
    case .timestamptz: return .instant(precision: 6)
    case .timestampNanos: return .timestamp(precision: 9)
    case .timestamptzNanos: return .instant(precision: 9)
    case .string: return .string
    case .uuid, .binary, .fixed: return .binary
    // Null in all rows, so that any type will do.
    case .unknown: return .string
    case .other: return nil
    case .list(_, let element, _): return dataType(of: element).map { .array($0) }
    case .map(_, let key, _, let value, _):
      guard let key = dataType(of: key), let value = dataType(of: value) else { return nil }
      return .map(key: key, value: value)
    case .row(let fields):
      var members: [DataType.Field] = []
      for field in fields {
        guard let inner = dataType(of: field.type) else { return nil }
        members.append(DataType.Field(name: field.name, type: inner, isNullable: !field.isRequired))
      }
      return .row(members)
    }
  }
}

extension DataType {
  fileprivate var isInstant: Bool {
    if case .instant = self { true } else { false }
  }
}
