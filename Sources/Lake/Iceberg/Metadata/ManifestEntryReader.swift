internal import SluiceCore
internal import SluiceFormats

/// Reads manifest entries out of Avro records, whoever wrote them: fields are told by their ids, not by their names.
struct ManifestEntryReader {
  private let names: [Int: String]
  private let spec: PartitionSpec
  private let types: [IcebergType]

  init(_ names: [Int: String], spec: PartitionSpec, types: [IcebergType]) {
    self.names = names
    self.spec = spec
    self.types = types
  }

  func entry(_ value: AvroValue) throws -> IcebergManifestEntry {
    let record = IcebergRecord(value, names)
    guard let status = IcebergManifestEntry.Status(rawValue: try record.int32(0, "status")) else { throw record.damaged("status") }
    return IcebergManifestEntry(
      status: status, snapshotID: record.optionalLong(1, "snapshot_id"), sequenceNumber: record.optionalLong(3, "sequence_number"),
      fileSequenceNumber: record.optionalLong(4, "file_sequence_number"), file: try file(record.record(2, "data_file")))
  }

  private func file(_ record: IcebergRecord) throws -> DataFile {
    guard let content = DataFile.Content(rawValue: record.optionalInt32(134, "content") ?? 0) else { throw record.damaged("content") }
    var file = DataFile(
      content: content, path: try record.text(100, "file_path"), format: try record.text(101, "file_format"),
      partition: try partition(record.record(102, "partition")), recordCount: try record.integer(103, "record_count"),
      fileSize: try record.integer(104, "file_size_in_bytes"))
    guard file.recordCount >= 0, file.fileSize >= 0 else { throw record.damaged("record_count") }
    file.columnSizes = record.map(108, "column_sizes", key: 117, value: 118, \.integer)
    file.valueCounts = record.map(109, "value_counts", key: 119, value: 120, \.integer)
    file.nullValueCounts = record.map(110, "null_value_counts", key: 121, value: 122, \.integer)
    file.nanValueCounts = record.map(137, "nan_value_counts", key: 138, value: 139, \.integer)
    file.lowerBounds = record.map(125, "lower_bounds", key: 126, value: 127, \.bytes)
    file.upperBounds = record.map(128, "upper_bounds", key: 129, value: 130, \.bytes)
    file.keyMetadata = record[131, "key_metadata"]?.bytes
    file.splitOffsets = record[132, "split_offsets"]?.array?.compactMap(\.integer) ?? []
    file.equalityIDs = record[135, "equality_ids"]?.array?.compactMap(\.integer) ?? []
    file.sortOrderID = record[140, "sort_order_id"]?.integer
    file.firstRowID = record.optionalLong(142, "first_row_id")
    file.referencedDataFile = record[143, "referenced_data_file"]?.string
    file.contentOffset = record[144, "content_offset"]?.integer
    file.contentSize = record[145, "content_size_in_bytes"]?.integer
    return file
  }

  private func partition(_ record: IcebergRecord) throws -> PartitionTuple {
    PartitionTuple(
      try zip(spec.fields, types).map { field, type in
        guard let value = record[field.id, IcebergAvro.fieldName(field.name)], !value.isNull else { return nil }
        guard let bytes = Self.bytes(value, as: type) else { throw record.damaged("partition") }
        return bytes
      })
  }

  private static func bytes(_ value: AvroValue, as type: IcebergType) -> [UInt8]? {
    switch (type, value) {
    case (.boolean, .boolean(let flag)): [flag ? 1 : 0]
    case (.int, .int(let number)), (.date, .int(let number)): SingleValue.littleEndian(number)
    case (.float, .float(let number)): SingleValue.littleEndian(number.bitPattern)
    case (.double, _): value.number.map { SingleValue.littleEndian($0.bitPattern) }
    case (.long, _), (.time, _), (.timestamp, _), (.timestamptz, _), (.timestampNanos, _), (.timestamptzNanos, _):
      value.integer.map { SingleValue.littleEndian(Int64($0)) }
    case (.string, .string(let text)): Array(text.utf8)
    case (.decimal, _):
      value.bytes.flatMap { bytes in
        guard (1...16).contains(bytes.count) else { return nil }
        return SingleValue.unscaled(bytes.reduce(bytes[0] & 0x80 != 0 ? -1 : 0) { $0 << 8 | Int128($1) })
      }
    case (.binary, _), (.fixed, _), (.uuid, _): value.bytes
    default: nil
    }
  }
}

/// An Avro record whose fields have ids. What is missing or of another kind is `target-damaged` and names the field.
struct IcebergRecord {
  private let value: AvroValue
  private let names: [Int: String]

  init(_ value: AvroValue, _ names: [Int: String]) {
    self.value = value
    self.names = names
  }

  /// The field of that id, or of that name where the file has no ids; `nil` when it is absent or null.
  subscript(id: Int, name: String) -> AvroValue? {
    guard let found = value[names[id] ?? name], !found.isNull else { return nil }
    return found
  }

  func integer(_ id: Int, _ name: String) throws -> Int {
    guard let number = self[id, name]?.integer else { throw damaged(name) }
    return number
  }

  func int32(_ id: Int, _ name: String) throws -> Int32 {
    guard let number = optionalInt32(id, name) else { throw damaged(name) }
    return number
  }

  func optionalInt32(_ id: Int, _ name: String) -> Int32? { self[id, name]?.integer.flatMap { Int32(exactly: $0) } }

  func optionalLong(_ id: Int, _ name: String) -> Int64? { self[id, name]?.integer.map { Int64($0) } }

  func text(_ id: Int, _ name: String) throws -> String {
    guard let text = self[id, name]?.string else { throw damaged(name) }
    return text
  }

  func record(_ id: Int, _ name: String) throws -> IcebergRecord {
    guard let inner = self[id, name], inner.members != nil else { throw damaged(name) }
    return IcebergRecord(inner, names)
  }

  /// A map with whole numbers as keys; pairs that are none are left out.
  func map<Value>(_ id: Int, _ name: String, key: Int, value: Int, _ read: (AvroValue) -> Value?) -> [Int: Value] {
    var entries: [Int: Value] = [:]
    for pair in self[id, name]?.array ?? [] {
      let pair = IcebergRecord(pair, names)
      if let number = pair[key, "key"]?.integer, let content = pair[value, "value"].flatMap(read) { entries[number] = content }
    }
    return entries
  }

  func damaged(_ field: String) -> SluiceError {
    SluiceError(.targetDamaged, "Iceberg: a manifest's record has no valid \(field)")
  }
}
