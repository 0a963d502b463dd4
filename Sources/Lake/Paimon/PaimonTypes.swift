internal import SluiceCore

/// Which Paimon type keeps which logical type, and back (Paimon specification, file format, type map).
enum PaimonTypes {
  /// How a column of `type` is kept.
  static func storage(of type: DataType) -> LakeType {
    switch type {
    case .boolean, .int8, .int16, .int32, .int64, .float32, .float64, .decimal, .string, .binary, .date, .timestamp, .instant:
      return LakeType(name: name(of: type), storage: type)
    case .uint8: return LakeType(name: "SMALLINT", storage: .int16)
    case .uint16: return LakeType(name: "INT", storage: .int32)
    case .uint32: return LakeType(name: "BIGINT", storage: .int64)
    case .uint64: return LakeType(name: "DECIMAL(20, 0)", storage: .decimal(precision: 20, scale: 0))
    case .json: return LakeType(name: "STRING", storage: .string, note: "JSON text; Paimon has no JSON type")
    case .time(let precision) where precision <= 3: return LakeType(name: name(of: type), storage: type)
    case .time: return LakeType(name: "STRING", storage: .string, note: "Paimon keeps a TIME to the millisecond only")
    case .array(let element):
      let inner = storage(of: element)
      return LakeType(name: "ARRAY<\(inner.name)>", storage: .array(inner.storage), note: inner.note)
    case .map(let key, let value):
      let (innerKey, innerValue) = (storage(of: key), storage(of: value))
      return LakeType(
        name: "MAP<\(innerKey.name), \(innerValue.name)>", storage: .map(key: innerKey.storage, value: innerValue.storage),
        note: innerKey.note ?? innerValue.note)
    case .row(let fields):
      let inner = fields.map { ($0, storage(of: $0.type)) }
      return LakeType(
        name: "ROW<" + inner.map { "\($0.name) \($1.name)\($0.isNullable ? "" : " NOT NULL")" }.joined(separator: ", ") + ">",
        storage: .row(inner.map { DataType.Field(name: $0.name, type: $1.storage, isNullable: $0.isNullable) }),
        note: inner.compactMap(\.1.note).first)
    }
  }

  /// The spelling of a scalar storage type.
  private static func name(of type: DataType) -> String {
    switch type {
    case .boolean: "BOOLEAN"
    case .int8: "TINYINT"
    case .int16: "SMALLINT"
    case .int32: "INT"
    case .int64: "BIGINT"
    case .float32: "FLOAT"
    case .float64: "DOUBLE"
    case .decimal(let precision, let scale): "DECIMAL(\(precision), \(scale))"
    case .binary: "BYTES"
    case .date: "DATE"
    case .time(let precision): "TIME(\(precision))"
    case .timestamp(let precision): "TIMESTAMP(\(precision))"
    case .instant(let precision): "TIMESTAMP(\(precision)) WITH LOCAL TIME ZONE"
    default: "STRING"
    }
  }

  /// The schema type of a storage type. Fields of nested rows take the ids after `highestID`, which moves on.
  static func fieldType(of storage: DataType, isNullable: Bool, highestID: inout Int) -> FieldType {
    switch storage {
    case .array(let element):
      return .array(element: fieldType(of: element, isNullable: true, highestID: &highestID), isNullable: isNullable)
    case .map(let key, let value):
      let keyType = fieldType(of: key, isNullable: false, highestID: &highestID)
      return .map(key: keyType, value: fieldType(of: value, isNullable: true, highestID: &highestID), isNullable: isNullable)
    case .row(let fields):
      var numbered: [SchemaField] = []
      for field in fields {
        highestID += 1
        let id = highestID
        let type = fieldType(of: field.type, isNullable: field.isNullable, highestID: &highestID)
        numbered.append(SchemaField(id: id, name: field.name, type: type))
      }
      return .row(numbered, isNullable: isNullable)
    default: return .atomic(name(of: storage), isNullable: isNullable)
    }
  }

  /// The storage type that a schema file spells. Throws `target-damaged` for a type that Sluice does not know.
  static func dataType(of type: FieldType) throws -> DataType {
    switch type {
    case .array(let element, _): .array(try dataType(of: element))
    case .map(let key, let value, _): .map(key: try dataType(of: key), value: try dataType(of: value))
    case .row(let fields, _):
      .row(try fields.map { DataType.Field(name: $0.name, type: try dataType(of: $0.type), isNullable: $0.type.isNullable) })
    case .atomic(let text, _): try atomicType(text)
    }
  }

  private static func atomicType(_ text: String) throws -> DataType {
    let upper = text.uppercased()
    let isLocal = upper.hasSuffix(" WITH LOCAL TIME ZONE")
    let head = isLocal ? String(upper.dropLast(" WITH LOCAL TIME ZONE".count)) : upper
    let parts = head.split(whereSeparator: { "(,) ".contains($0) }).map(String.init)
    let numbers = parts.dropFirst().compactMap { Int($0) }
    switch parts.first {
    case "BOOLEAN": return .boolean
    case "TINYINT": return .int8
    case "SMALLINT": return .int16
    case "INT", "INTEGER": return .int32
    case "BIGINT": return .int64
    case "FLOAT": return .float32
    case "DOUBLE": return .float64
    case "DECIMAL", "NUMERIC", "DEC": return .decimal(precision: numbers.first ?? 10, scale: numbers.count > 1 ? numbers[1] : 0)
    case "STRING", "VARCHAR", "CHAR": return .string
    case "BYTES", "BINARY", "VARBINARY": return .binary
    case "DATE": return .date
    case "TIME": return .time(precision: numbers.first ?? 0)
    case "TIMESTAMP": return isLocal ? .instant(precision: numbers.first ?? 6) : .timestamp(precision: numbers.first ?? 6)
    case "TIMESTAMP_LTZ": return .instant(precision: numbers.first ?? 6)
    default: throw SluiceError(.targetDamaged, "the type \(text) is not supported")
    }
  }
}
