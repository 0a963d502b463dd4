/// Renders option definitions as JSON Schema, draft 2020-12.
public enum OptionSchema {
  /// The schema of an object with these options; `members` come first in its `properties`.
  public static func object(_ definitions: [OptionDefinition], first members: [SpecValue.Member] = [], required: [String] = []) -> SpecValue {
    let properties = members + definitions.map { SpecValue.Member($0.name, Self.schema(of: $0)) }
    let names = required + definitions.filter(\.isRequired).map(\.name)
    var result: [SpecValue.Member] = [.init("type", .string("object")), .init("properties", .object(properties))]
    if !names.isEmpty { result.append(.init("required", .array(names.map { .string($0) }))) }
    result.append(.init("additionalProperties", .boolean(false)))
    return .object(result)
  }

  /// The shared definitions that `schema` refers to, for the root's `$defs`.
  public static var shared: SpecValue {
    .object([
      .init("secret", secret),
      .init("duration", measure("Seconds, or a text such as 500ms, 5s, 10m, 1h30m.", #"^([0-9]+(\.[0-9]+)? *(ms|s|m|min|h|d))+$"#, "number")),
      .init("size", measure("Bytes, or a text such as 64KB, 512MiB.", "^[0-9]+(\\.[0-9]+)? *([kKmMgGtT][iI]?)?[bB]$", "integer")),
    ])
  }

  private static func schema(of definition: OptionDefinition) -> SpecValue {
    var members: [SpecValue.Member] = []
    if case .object(let schema) = schema(of: definition.type) { members = schema }
    members.insert(.init("description", .string(definition.help)), at: 0)
    if let defaultValue = definition.defaultValue { members.append(.init("default", defaultValue)) }
    return .object(members)
  }

  private static func schema(of type: OptionType) -> SpecValue {
    switch type {
    case .string: typed("string")
    case .secret: .object([.init("$ref", .string("#/$defs/secret"))])
    case .boolean: typed("boolean")
    case .integer(let range):
      typed(
        "integer",
        (range.lowerBound == .min ? [] : [.init("minimum", .integer(range.lowerBound))])
          + (range.upperBound == .max ? [] : [.init("maximum", .integer(range.upperBound))]))
    case .number(let range):
      typed(
        "number",
        (range.lowerBound == -.greatestFiniteMagnitude ? [] : [.init("minimum", .number(range.lowerBound))])
          + (range.upperBound == .greatestFiniteMagnitude ? [] : [.init("maximum", .number(range.upperBound))]))
    case .choice(let names): typed("string", [.init("enum", .array(names.map { .string($0) }))])
    case .duration: .object([.init("$ref", .string("#/$defs/duration"))])
    case .byteSize: .object([.init("$ref", .string("#/$defs/size"))])
    case .list(let element): typed("array", [.init("items", schema(of: element))])
    case .stringMap:
      typed("object", [.init("additionalProperties", .object([.init("type", .array(["string", "number", "boolean"].map { .string($0) }))]))])
    case .object(let definitions): object(definitions)
    case .variant(let variants): .object([.init("oneOf", .array(variants.map(alternative)))])
    }
  }

  private static func alternative(_ variant: OptionVariant) -> SpecValue {
    guard case .object(let members) = object(variant.options) else { return .null }
    let options = SpecValue.object([.init("description", .string(variant.title))] + members)
    return typed(
      "object",
      [
        .init("properties", .object([.init(variant.id, options)])), .init("required", .array([.string(variant.id)])),
        .init("additionalProperties", .boolean(false)),
      ])
  }

  private static func typed(_ name: String, _ members: [SpecValue.Member] = []) -> SpecValue {
    .object([.init("type", .string(name))] + members)
  }

  private static func measure(_ description: String, _ pattern: String, _ plain: String) -> SpecValue {
    .object([
      .init("description", .string(description)),
      .init(
        "anyOf",
        .array([typed(plain, [.init("minimum", .integer(0))]), typed("string", [.init("pattern", .string(pattern))])])),
    ])
  }

  private static var secret: SpecValue {
    let references = ["env", "file"].map { name in
      OptionSchema.object([OptionDefinition(name, .string, required: true, help: name == "env" ? "An environment variable." : "A file.")])
    }
    return .object([
      .init("description", .string("A password or token: text, or better a reference that keeps it out of the spec.")),
      .init("anyOf", .array([typed("string")] + references)),
    ])
  }
}
