internal import CParquet
internal import SluiceCore

/// Reads the schemas that the Arrow C Data Interface hands to us.
enum ArrowSchemaImport {
  /// The fields of a struct schema, which stays the caller's to release.
  ///
  /// Throws `target-damaged` for a type that no `DataType` stands for.
  static func fields(of schema: ArrowSchema) throws -> [ArrowField] {
    try (0..<Int(schema.n_children)).map { index in
      guard let child = schema.children[index] else { throw unsupported("?", name: "?") }
      return try field(child.pointee)
    }
  }

  private static func field(_ schema: ArrowSchema) throws -> ArrowField {
    let name = schema.name.map { String(cString: $0) } ?? ""
    return ArrowField(
      name: name, type: try type(of: schema, name: name), isNullable: schema.flags & Int64(ARROW_FLAG_NULLABLE) != 0,
      metadata: decode(schema.metadata))
  }

  private static func type(of schema: ArrowSchema, name: String) throws -> DataType {
    guard let text = schema.format, schema.dictionary == nil else { throw unsupported("dictionary", name: name) }
    let format = String(cString: text)
    switch format {
    case "b": return .boolean
    case "c": return .int8
    case "C": return .uint8
    case "s": return .int16
    case "S": return .uint16
    case "i": return .int32
    case "I": return .uint32
    case "l": return .int64
    case "L": return .uint64
    case "f": return .float32
    case "g": return .float64
    case "u": return .string
    case "z": return .binary
    case "tdD": return .date
    case "ttm": return .time(precision: 3)
    case "ttu": return .time(precision: 6)
    case "+l": return .array(try children(of: schema, count: 1, name: name)[0].type)
    case "+s": return .row(try fields(of: schema).map { DataType.Field(name: $0.name, type: $0.type, isNullable: $0.isNullable) })
    case "+m": return try mapType(of: schema, name: name)
    default: break
    }
    if format.hasPrefix("d:") { return try decimal(format, name: name) }
    if format.hasPrefix("w:") { return .binary }
    if format.hasPrefix("ts"), let precision = ["m": 3, "u": 6, "n": 9][format.dropFirst(2).prefix(1)] {
      return format.hasSuffix(":") ? .timestamp(precision: precision) : .instant(precision: precision)
    }
    throw unsupported(format, name: name)
  }

  private static func mapType(of schema: ArrowSchema, name: String) throws -> DataType {
    guard case .row(let entry) = try children(of: schema, count: 1, name: name)[0].type, entry.count == 2 else {
      throw unsupported("map", name: name)
    }
    return .map(key: entry[0].type, value: entry[1].type)
  }

  private static func decimal(_ format: String, name: String) throws -> DataType {
    let parts = format.dropFirst(2).split(separator: ",").map { Int($0) ?? -1 }
    let isKnownWidth = parts.count == 2 || (parts.count == 3 && [32, 64, 128].contains(parts[2]))
    guard isKnownWidth, (1...38).contains(parts[0]), parts[1] >= 0 else { throw unsupported(format, name: name) }
    return .decimal(precision: parts[0], scale: parts[1])
  }

  private static func children(of schema: ArrowSchema, count: Int, name: String) throws -> [ArrowField] {
    let children = try fields(of: schema)
    guard children.count == count else { throw unsupported(String(cString: schema.format), name: name) }
    return children
  }

  private static func decode(_ metadata: UnsafePointer<CChar>?) -> [String: String] {
    guard let metadata else { return [:] }
    let bytes = UnsafeRawPointer(metadata)
    var at = 0
    func number() -> Int {
      defer { at += 4 }
      return max(0, Int(bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)))
    }
    func text() -> String {
      let count = number()
      defer { at += count }
      return String(decoding: UnsafeRawBufferPointer(start: bytes + at, count: count), as: UTF8.self)
    }
    var decoded: [String: String] = [:]
    for _ in 0..<number() {
      let key = text()
      decoded[key] = text()
    }
    return decoded
  }

  private static func unsupported(_ format: String, name: String) -> SluiceError {
    SluiceError(.targetDamaged, "Arrow type '\(format)' cannot be read", at: .init(column: name))
  }
}
