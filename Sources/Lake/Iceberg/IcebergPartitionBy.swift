internal import SluiceCore

/// Turns what a spec says of partitions into a partition spec.
enum IcebergPartitionBy {
  static let functions = ["bucket", "truncate", "year", "month", "day", "hour"]

  /// Throws `spec-invalid` for an expression that does not fit the table.
  static func spec(_ target: TargetTable, _ schema: IcebergSchema) throws -> PartitionSpec {
    var fields: [PartitionSpec.Field] = []
    for text in target.partitionKeys {
      guard let expression = PartitionExpression(text, isColumn: { target.columnIndex($0) != nil }),
        let place = schema.index(of: expression.column)
      else { throw wrong("the table cannot be partitioned by \(JSONText.quoted(text)): it has no such column") }
      let source = schema.fields[place]
      let (transform, suffix) = try transform(expression, text)
      guard transform.resultType(of: source.type) != nil else {
        throw wrong("a column of type \(source.type.text) cannot be partitioned by \(transform.text)", column: source.name)
      }
      guard !fields.contains(where: { $0.sourceID == source.id && $0.transform == transform }) else {
        throw wrong("the table is partitioned twice by \(JSONText.quoted(text))", column: source.name)
      }
      let name = name(source.name + suffix, isPlain: suffix.isEmpty, schema, fields)
      fields.append(.init(sourceID: source.id, id: PartitionSpec.firstFieldID + fields.count, name: name, transform: transform))
    }
    return PartitionSpec(id: 0, fields: fields)
  }

  private static func transform(_ expression: PartitionExpression, _ text: String) throws -> (PartitionTransform, suffix: String) {
    switch (expression.function, expression.argument) {
    case (nil, nil): return (.identity, "")
    case ("year", nil): return (.year, "_year")
    case ("month", nil): return (.month, "_month")
    case ("day", nil): return (.day, "_day")
    case ("hour", nil): return (.hour, "_hour")
    case ("bucket", let count?) where (1...Int(Int32.max)).contains(count): return (.bucket(count), "_bucket")
    case ("truncate", let width?) where (1...Int(Int32.max)).contains(width): return (.truncate(width), "_trunc")
    default: throw wrong("\(JSONText.quoted(text)) is no partition function, allowed are forms such as day(a), bucket(16, a), truncate(8, a)")
    }
  }

  /// A partition field must not be called like another column.
  private static func name(_ wanted: String, isPlain: Bool, _ schema: IcebergSchema, _ fields: [PartitionSpec.Field]) -> String {
    func isTaken(_ name: String) -> Bool {
      fields.contains { $0.name == name } || !(isPlain && name == wanted) && schema.index(of: name) != nil
    }
    var name = wanted
    while isTaken(name) { name += "_" }
    return name
  }

  private static func wrong(_ message: String, column: String? = nil) -> SluiceError {
    SluiceError(.specInvalid, message, at: .init(column: column))
  }
}
