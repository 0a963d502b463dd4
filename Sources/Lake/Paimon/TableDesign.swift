internal import Foundation
internal import SluiceCore

/// A new table as it will be made: the target's columns in storage types, bucket count and options.
struct TableDesign: Sendable {
  /// Source bytes that one bucket stands for.
  private static let bytesPerBucket = 512 << 20
  private static let maximumBuckets = 1024
  private static let systemNames: Set<String> = [DataFileLayout.sequenceName, DataFileLayout.kindName, "_LEVEL", "rowkind", "_ROW_ID"]

  let target: TargetTable
  let storage: [LakeType]
  let options: [String: String]
  /// -1 for an append table without fixed buckets.
  let buckets: Int

  init(_ target: TargetTable, options: PaimonOptions) {
    self.target = target
    storage = target.columns.map { PaimonTypes.storage(of: $0.type) }
    let defaults = target.primaryKey.isEmpty ? options.tableOptions : options.tableOptions.merging(options.keyedOptions) { $1 }
    var merged = defaults.merging(target.options) { $1 }
    let given = target.buckets ?? options.bucket
    if target.primaryKey.isEmpty {
      merged["data-file.thin-mode"] = nil
      buckets = merged["bucket-key"] == nil ? -1 : given ?? Self.buckets(for: target.estimatedBytes)
    } else {
      buckets = given ?? Self.buckets(for: target.estimatedBytes)
    }
    merged["bucket"] = String(buckets)
    self.options = merged
  }

  /// One bucket for each started 512 MiB, rounded up to a power of two.
  static func buckets(for bytes: Int) -> Int {
    var buckets = 1
    while buckets < maximumBuckets && buckets * bytesPerBucket < bytes { buckets *= 2 }
    return buckets
  }

  func isNullable(_ index: Int) -> Bool {
    let column = target.columns[index]
    return column.isNullable && !target.primaryKey.contains(column.name)
  }

  /// Throws `target-conflict` for a table that Paimon cannot hold.
  func check() throws {
    try Self.check(name: target.id.database, what: "database")
    try Self.check(name: target.id.name, what: "table")
    for column in target.columns where Self.isReserved(column.name) {
      throw SluiceError(.targetConflict, "Paimon keeps this column name for itself", at: .init(column: column.name), remedy: "rename the column")
    }
    for name in target.primaryKey + target.partitionKeys where target.columnIndex(name) == nil {
      throw SluiceError(.specInvalid, "the key names a column that the table does not have", at: .init(column: name))
    }
    for name in target.primaryKey {
      guard let index = target.columnIndex(name), KeyView.kind(of: storage[index].storage) == nil else { continue }
      throw SluiceError(.targetConflict, "a column of type \(storage[index].name) cannot be a key", at: .init(column: name))
    }
    for name in target.partitionKeys {
      if !target.primaryKey.isEmpty && !target.primaryKey.contains(name) {
        throw SluiceError(.specInvalid, "a partition column must be part of the primary key", at: .init(column: name))
      }
      guard let index = target.columnIndex(name), !PartitionPath.isSupported(storage[index].storage) else { continue }
      throw SluiceError(.specInvalid, "a column of type \(storage[index].name) cannot partition a table", at: .init(column: name))
    }
    if !target.primaryKey.isEmpty && target.primaryKey.allSatisfy(target.partitionKeys.contains) {
      throw SluiceError(.specInvalid, "the primary key needs a column that is no partition column")
    }
  }

  /// Whether a column of that name would be taken for one of Paimon's own.
  static func isReserved(_ column: String) -> Bool {
    systemNames.contains(column) || column.hasPrefix(DataFileLayout.keyPrefix)
  }

  private static func check(name: String, what: String) throws {
    let isBad = name.isEmpty || name.hasPrefix(".") || name.unicodeScalars.contains { $0.value < 32 || "/\\$".unicodeScalars.contains($0) }
    guard isBad else { return }
    throw SluiceError(.specInvalid, "\(what) name \"\(name)\" cannot be a folder of a Paimon warehouse", remedy: "give it another name with a route")
  }

  /// Says who made a table, so that one without a snapshot has an owner, too.
  static let ownerOption = "sluice.writer"

  /// Schema 0.
  func schema(_ writer: WriterIdentity) throws -> TableSchema {
    var options = options
    options[Self.ownerOption] = writer.id
    var highest = target.columns.count - 1
    let fields = target.columns.enumerated().map { index, column in
      SchemaField(
        id: index, name: column.name,
        type: PaimonTypes.fieldType(of: storage[index].storage, isNullable: isNullable(index), highestID: &highest),
        description: column.comment.isEmpty ? nil : column.comment)
    }
    return TableSchema(
      id: 0, fields: fields, highestFieldId: highest, partitionKeys: target.partitionKeys, primaryKeys: target.primaryKey, options: options,
      comment: target.comment, timeMillis: Int64(Date().timeIntervalSince1970 * 1000))
  }

  /// What would be made, in Flink's SQL.
  var statement: String {
    CreateStatement(target: target, types: storage.map(\.name), isNullable: isNullable, options: options).text
  }
}
