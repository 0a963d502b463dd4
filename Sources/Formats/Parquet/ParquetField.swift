public import SluiceCore

/// A top-level column of a Parquet file.
public struct ParquetField: Hashable, Sendable {
  public let name: String
  public let type: DataType
  /// A column that is not nullable is written as REQUIRED.
  public let isNullable: Bool
  /// The field id in the file's schema, by which lake formats tell columns apart when names change.
  public let id: Int32?
  /// The field ids of what is inside of a nested type: of a list its element's, of a map its key's and its value's, of a row those of its fields;
  /// each is followed by those inside of it, a map's key and value by those inside of both. Empty for none.
  public let innerIDs: [Int32]

  public init(name: String, type: DataType, isNullable: Bool, id: Int32? = nil, innerIDs: [Int32] = []) {
    self.innerIDs = innerIDs
    self.name = name
    self.type = type
    self.isNullable = isNullable
    self.id = id
  }

  var arrow: ArrowField {
    ArrowField(
      name: name, type: type, isNullable: isNullable, metadata: id.map { [ArrowField.fieldIDKey: String($0)] } ?? [:], innerIDs: innerIDs)
  }

  init(_ field: ArrowField) {
    self.init(name: field.name, type: field.type, isNullable: field.isNullable, id: field.metadata[ArrowField.fieldIDKey].flatMap { Int32($0) })
  }
}

extension DataType {
  /// Leaf columns that a Parquet file needs for this type.
  var parquetLeafCount: Int {
    switch layout {
    case .list, .row: childTypes.reduce(0) { $0 + $1.parquetLeafCount }
    default: 1
    }
  }
}
