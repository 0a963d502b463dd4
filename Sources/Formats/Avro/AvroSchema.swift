internal import SluiceCore

/// A schema of an Avro object container file, and its text as it was written.
///
/// The text keeps what the types leave aside: logical types, field ids, defaults, documentation.
public struct AvroSchema: Sendable {
  /// The JSON text.
  public let text: String
  public let type: AvroType
  /// The records, enumerations and fixed types by their full names.
  public let named: [String: AvroType]
  /// The names of the fields that have an id, in whatever record they are.
  public let fieldNames: [Int: String]

  /// Reads a schema from its JSON text. Throws `target-damaged` when it is none.
  public init(_ text: String) throws {
    self.text = text
    let value: SpecValue
    do {
      value = try JSONReader.read(text)
    } catch {
      throw AvroSchemaParser.damaged("\(error)")
    }
    var parser = AvroSchemaParser()
    type = try parser.type(value, namespace: "")
    named = parser.named
    fieldNames = parser.fieldNames
  }
}

/// Turns the JSON of a schema into types.
struct AvroSchemaParser {
  private(set) var named: [String: AvroType] = [:]
  private(set) var fieldNames: [Int: String] = [:]

  mutating func type(_ value: SpecValue, namespace: String) throws -> AvroType {
    switch value {
    case .string(let name): try reference(name, namespace: namespace)
    case .array(let branches): .union(try branches.map { try type($0, namespace: namespace) })
    case .object: try object(value, namespace: namespace)
    default: throw Self.damaged("a type is a name, a list or an object")
    }
  }

  private func reference(_ name: String, namespace: String) throws -> AvroType {
    if let primitive = Self.primitives[name] { return primitive }
    for candidate in [Self.fullName(name, namespace), name] where named[candidate] != nil { return .reference(candidate) }
    throw Self.damaged("type \(name) is not defined")
  }

  private mutating func object(_ value: SpecValue, namespace: String) throws -> AvroType {
    guard let kind = value["type"] else { throw Self.damaged("a type object has no type") }
    guard case .string(let kindName) = kind else { return try type(kind, namespace: namespace) }
    switch kindName {
    case "array":
      guard let items = value["items"] else { throw Self.damaged("an array has no items") }
      return .array(try type(items, namespace: namespace))
    case "map":
      guard let values = value["values"] else { throw Self.damaged("a map has no values") }
      return .map(try type(values, namespace: namespace))
    case "record", "error", "enum", "fixed": return try namedType(value, kind: kindName, namespace: namespace)
    default: return try reference(kindName, namespace: namespace)
    }
  }

  private mutating func namedType(_ value: SpecValue, kind: String, namespace: String) throws -> AvroType {
    guard case .string(let name)? = value["name"], !name.isEmpty else { throw Self.damaged("a \(kind) has no name") }
    var space = namespace
    if case .string(let own)? = value["namespace"] { space = own }
    let fullName = Self.fullName(name, space)
    guard named[fullName] == nil else { throw Self.damaged("type \(fullName) is defined twice") }
    // Members may refer to the type that they are part of, so its name must be known before its content.
    named[fullName] = .reference(fullName)
    let inner = fullName.lastIndex(of: ".").map { String(fullName[..<$0]) } ?? ""
    let type: AvroType
    switch kind {
    case "enum":
      guard case .array(let symbols)? = value["symbols"] else { throw Self.damaged("enum \(fullName) has no symbols") }
      type = .enumeration(
        name: fullName,
        symbols: try symbols.map { symbol in
          guard case .string(let text) = symbol else { throw Self.damaged("enum \(fullName) has a symbol that is no text") }
          return text
        })
    case "fixed":
      guard case .integer(let size)? = value["size"], size >= 0 else { throw Self.damaged("fixed \(fullName) has no size") }
      type = .fixed(name: fullName, size: size)
    default:
      guard case .array(let members)? = value["fields"] else { throw Self.damaged("record \(fullName) has no fields") }
      var fields: [AvroType.Field] = []
      for member in members {
        guard case .string(let fieldName)? = member["name"], let fieldType = member["type"] else {
          throw Self.damaged("record \(fullName) has a field without name or type")
        }
        var id: Int?
        if case .integer(let number)? = member["field-id"] {
          id = number
          fieldNames[number] = fieldName
        }
        fields.append(AvroType.Field(name: fieldName, type: try self.type(fieldType, namespace: inner), id: id))
      }
      type = .record(name: fullName, fields: fields)
    }
    named[fullName] = type
    return type
  }

  private static func fullName(_ name: String, _ namespace: String) -> String {
    name.contains(".") || namespace.isEmpty ? name : "\(namespace).\(name)"
  }

  private static let primitives: [String: AvroType] = [
    "null": .null, "boolean": .boolean, "int": .int, "long": .long, "float": .float, "double": .double, "bytes": .bytes, "string": .string,
  ]

  static func damaged(_ message: String) -> SluiceError {
    SluiceError(.targetDamaged, "Avro schema: \(message)")
  }
}
