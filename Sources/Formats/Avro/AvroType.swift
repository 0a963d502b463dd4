/// The type of a value in an Avro schema. Logical types are left aside.
public indirect enum AvroType: Hashable, Sendable {
  case null, boolean, int, long, float, double, bytes, string
  case array(AvroType)
  /// Keys are strings.
  case map(AvroType)
  case union([AvroType])
  case enumeration(name: String, symbols: [String])
  case fixed(name: String, size: Int)
  case record(name: String, fields: [Field])
  /// A named type that the schema defines elsewhere: `AvroSchema.named` has it.
  case reference(String)

  /// A member of a record.
  public struct Field: Hashable, Sendable {
    public let name: String
    public let type: AvroType
    /// The attribute `field-id`, by which Iceberg tells fields apart when names change.
    public let id: Int?

    public init(name: String, type: AvroType, id: Int? = nil) {
      self.name = name
      self.type = type
      self.id = id
    }
  }
}
