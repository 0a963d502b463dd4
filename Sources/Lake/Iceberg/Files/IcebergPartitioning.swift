internal import SluiceCore

/// Makes partition values of rows, and folders of partition values, under one partition spec.
struct IcebergPartitioning: Sendable {
  private struct Part: Sendable {
    let name: String
    let column: Int
    let type: IcebergType
    let transform: PartitionTransform
    let result: IcebergType
  }

  let spec: PartitionSpec
  private let parts: [Part]

  /// Throws `target-conflict` for a spec under which Sluice cannot write.
  init(_ spec: PartitionSpec, _ schema: IcebergSchema) throws {
    self.spec = spec
    parts = try spec.fields.map { field in
      guard field.sourceIDs.count == 1, let column = schema.fields.firstIndex(where: { $0.id == field.sourceID }),
        let result = field.transform.resultType(of: schema.fields[column].type)
      else {
        throw SluiceError(.targetConflict, "the table is partitioned by \(field.transform.text) of \(field.name), which Sluice cannot write")
      }
      return Part(name: field.name, column: column, type: schema.fields[column].type, transform: field.transform, result: result)
    }
  }

  var isEmpty: Bool { parts.isEmpty }
  var columns: [Int] { parts.map(\.column) }
  var resultTypes: [IcebergType] { parts.map(\.result) }

  /// Splits rows by it, and within a partition by the key.
  func router(buckets: Int32, keys: [Int]) -> SlotRouter {
    if parts.isEmpty { return SlotRouter(buckets: buckets, bucketKeys: keys, partitions: nil) }
    return SlotRouter(
      buckets: buckets, bucketKeys: keys, partitions: PartitionIndex(columns: Array(parts.indices)), derive: values, encode: partition)
  }

  /// A column of values for each field of the spec. A time of day counts as a plain number, because partition rows keep milliseconds of it.
  private func values(of batch: Batch) throws -> Batch {
    let columns = try parts.map { part in
      let values = try part.transform.values(of: batch.columns[part.column], type: part.type)
      if case .time = values.type { return values.relabelled(.int64) }
      return values
    }
    return Batch(columns: columns, rowCount: batch.rowCount)
  }

  private func partition(of row: [UInt8]) throws -> [UInt8] {
    let types = try parts.map { part in
      guard let type = IcebergTypes.dataType(of: part.result) else { throw SluiceError(.defect, "a partition by \(part.result.text)") }
      if case .time = type { return DataType.int64 }
      return type
    }
    let columns = try BinaryRow(bytes: row).columns(types)
    return IcebergSlots.encode(PartitionTuple(zip(columns, parts).map { SingleValue.bytes($0, 0, as: $1.result) }))
  }

  /// `day=2026-11-25/region=eu`, a name for people only: what a file's partition is says its manifest.
  func folder(of tuple: PartitionTuple) -> String {
    zip(parts, tuple.values).map { part, value in "\(Self.escape(part.name))=\(Self.escape(text(of: value, part)))" }.joined(separator: "/")
  }

  private func text(of value: [UInt8]?, _ part: Part) -> String {
    guard let value, let column = SingleValue.column(value, as: part.result) else { return "null" }
    return String((ValueText(column).text(0) ?? "null").prefix(100))
  }

  /// Only what no reader of paths takes for more than a character.
  private static func escape(_ text: String) -> String {
    let kept = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
    return String(decoding: text.utf8.map { kept.contains($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
  }
}
