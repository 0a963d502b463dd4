internal import SluiceCore
internal import SluiceFormats

/// Turns manifest entries into Avro records.
struct ManifestEntryCoder {
  private let spec: PartitionSpec
  private let types: [IcebergType]
  private let names: [String]
  private let isThird: Bool

  init(_ spec: PartitionSpec, types: [IcebergType], formatVersion: Int) {
    self.spec = spec
    self.types = types
    names = spec.fields.map { IcebergAvro.fieldName($0.name) }
    isThird = formatVersion >= 3
  }

  func value(_ entry: IcebergManifestEntry) throws -> AvroValue {
    .record([
      "status": .int(entry.status.rawValue), "snapshot_id": Self.long(entry.snapshotID), "sequence_number": Self.long(entry.sequenceNumber),
      "file_sequence_number": Self.long(entry.fileSequenceNumber), "data_file": try value(entry.file),
    ])
  }

  private func value(_ file: DataFile) throws -> AvroValue {
    var members: [AvroValue.Member] = [
      .init("content", .int(file.content.rawValue)), .init("file_path", .string(file.path)), .init("file_format", .string(file.format)),
      .init("partition", try partition(file.partition)), .init("record_count", .long(Int64(file.recordCount))),
      .init("file_size_in_bytes", .long(Int64(file.fileSize))), .init("column_sizes", Self.counts(file.columnSizes)),
      .init("value_counts", Self.counts(file.valueCounts)), .init("null_value_counts", Self.counts(file.nullValueCounts)),
      .init("nan_value_counts", Self.counts(file.nanValueCounts)), .init("lower_bounds", Self.bounds(file.lowerBounds)),
      .init("upper_bounds", Self.bounds(file.upperBounds)), .init("key_metadata", file.keyMetadata.map { .bytes($0) } ?? .null),
      .init("split_offsets", file.splitOffsets.isEmpty ? .null : .array(file.splitOffsets.map { .long(Int64($0)) })),
      .init("equality_ids", file.equalityIDs.isEmpty ? .null : .array(file.equalityIDs.map { .int(Int32(truncatingIfNeeded: $0)) })),
      .init("sort_order_id", file.sortOrderID.map { .int(Int32(truncatingIfNeeded: $0)) } ?? .null),
    ]
    if isThird { members.append(.init("first_row_id", Self.long(file.firstRowID))) }
    members.append(.init("referenced_data_file", file.referencedDataFile.map { .string($0) } ?? .null))
    if isThird {
      members.append(.init("content_offset", Self.long(file.contentOffset.map { Int64($0) })))
      members.append(.init("content_size_in_bytes", Self.long(file.contentSize.map { Int64($0) })))
    }
    return .record(members)
  }

  private func partition(_ tuple: PartitionTuple) throws -> AvroValue {
    guard tuple.values.count == types.count else { throw SluiceError(.defect, "a file's partition does not fit its spec") }
    return .record(
      try types.indices.map { index in
        AvroValue.Member(names[index], try Self.value(tuple.values[index], as: types[index]))
      })
  }

  private static func value(_ bytes: [UInt8]?, as type: IcebergType) throws -> AvroValue {
    guard let bytes else { return .null }
    switch type {
    case .string: return .string(String(decoding: bytes, as: UTF8.self))
    case .binary: return .bytes(bytes)
    case .uuid, .fixed: return .fixed(bytes)
    case .decimal(let precision, _):
      let filler: UInt8 = bytes.first.map { $0 & 0x80 != 0 } == true ? 0xff : 0
      return .fixed([UInt8](repeating: filler, count: max(0, IcebergAvro.decimalBytes(precision) - bytes.count)) + bytes)
    default: break
    }
    guard let column = SingleValue.column(bytes, as: type) else { throw SluiceError(.defect, "a partition value that is no \(type.text)") }
    return switch column.type.layout {
    case .bits: .boolean(column.boolean(0))
    case .fixed(width: 4): type == .float ? .float(column.fixed(as: Float.self)[0]) : .int(column.fixed(as: Int32.self)[0])
    default: type == .double ? .double(column.fixed(as: Double.self)[0]) : .long(column.fixed(as: Int64.self)[0])
    }
  }

  private static func long(_ number: Int64?) -> AvroValue { number.map { .long($0) } ?? .null }

  private static func counts(_ counts: [Int: Int]) -> AvroValue { map(counts) { .long(Int64($0)) } }

  private static func bounds(_ bounds: [Int: [UInt8]]) -> AvroValue { map(bounds) { .bytes($0) } }

  private static func map<Value>(_ values: [Int: Value], _ value: (Value) -> AvroValue) -> AvroValue {
    if values.isEmpty { return .null }
    return .array(
      values.sorted { $0.key < $1.key }.map { .record(["key": .int(Int32(truncatingIfNeeded: $0.key)), "value": value($0.value)]) })
  }
}
