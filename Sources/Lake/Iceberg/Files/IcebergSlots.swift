internal import SluiceCore

/// How the rows of a table are split over slots: by partition, and within it by a hash of the key into as many buckets as the table was made
/// with. Iceberg knows nothing of these buckets: a file's name says which it is.
struct IcebergSlots: Sendable {
  /// The table property with the number of buckets of each partition.
  static let property = "sluice.buckets"

  let buckets: Int32
  /// The order by which data files of a keyed table are sorted; `nil` without a key.
  let keyOrderID: Int?
  /// The key's columns in the order in which keys are compared.
  let keyFieldIDs: [Int]

  init(_ metadata: TableMetadata, _ schema: IcebergSchema) {
    buckets = max(1, metadata.properties[Self.property].flatMap { Int32($0) } ?? 1)
    let order = Self.keyOrder(metadata, schema)
    keyOrderID = order?.id
    keyFieldIDs = order?.fields.flatMap(\.sourceIDs) ?? schema.identifierFieldIDs
  }

  /// The order whose columns are the key's. A schema lists those as a set, so that catalogs may turn them around.
  private static func keyOrder(_ metadata: TableMetadata, _ schema: IcebergSchema) -> SortOrder? {
    guard !schema.identifierFieldIDs.isEmpty else { return nil }
    return metadata.sortOrders.first { order in
      order.fields.count == schema.identifierFieldIDs.count
        && order.fields.allSatisfy { $0.sourceIDs.count == 1 && $0.transform == .identity && $0.isAscending }
        && Set(order.fields.flatMap(\.sourceIDs)) == Set(schema.identifierFieldIDs)
    }
  }

  /// The part of a data file's name that says its bucket.
  static func mark(_ bucket: Int32) -> String { "b\(bucket)" }

  /// The slot of a data file, and whether it is sorted and of that bucket only.
  func slot(of file: DataFile) -> (slot: Slot, isSorted: Bool) {
    let partition = Self.encode(file.partition)
    guard let keyOrderID else { return (Slot(partition: partition, bucket: 0), false) }
    let name = IcebergFile.name(of: file.path)
    if file.sortOrderID == keyOrderID, name.hasPrefix("data-"), name.hasSuffix(".parquet"), let mark = name.dropLast(8).lastIndex(of: "b"),
      let bucket = Int32(name[name.index(after: mark)...].dropLast(8)), (0..<buckets).contains(bucket)
    {
      return (Slot(partition: partition, bucket: bucket), true)
    }
    return (Slot(partition: partition, bucket: Self.anyBucket), false)
  }

  /// The bucket of files that hold keys of all of them.
  static let anyBucket: Int32 = -1

  /// A partition's values as a slot has them.
  static func encode(_ tuple: PartitionTuple) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in tuple.values {
      withUnsafeBytes(of: Int32(truncatingIfNeeded: value?.count ?? -1).littleEndian) { bytes.append(contentsOf: $0) }
      if let value { bytes += value }
    }
    return bytes
  }

  /// Throws `state-damaged` for bytes that hold no values.
  static func decode(_ bytes: [UInt8]) throws -> PartitionTuple {
    var values: [[UInt8]?] = []
    var at = 0
    while at < bytes.count {
      guard at + 4 <= bytes.count else { throw damaged }
      let count = Int(bytes[at..<(at + 4)].withUnsafeBytes { Int32(littleEndian: $0.loadUnaligned(as: Int32.self)) })
      at += 4
      guard count >= -1, at + max(count, 0) <= bytes.count else { throw damaged }
      values.append(count < 0 ? nil : Array(bytes[at..<(at + count)]))
      at += max(count, 0)
    }
    return PartitionTuple(values)
  }

  private static var damaged: SluiceError { SluiceError(.stateDamaged, "a slot's partition cannot be read") }
}
