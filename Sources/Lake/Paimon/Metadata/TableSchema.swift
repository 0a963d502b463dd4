internal import Foundation
internal import SluiceCore

/// A file `schema/schema-<id>`: the table's columns, keys and options under one version (Paimon specification, schema).
struct TableSchema: Sendable, Codable, Hashable {
  var version = 3
  let id: Int64
  let fields: [SchemaField]
  let highestFieldId: Int
  let partitionKeys: [String]
  let primaryKeys: [String]
  let options: [String: String]
  let comment: String?
  let timeMillis: Int64

  /// The primary key without the partition columns: what files are sorted by.
  var trimmedKeys: [String] { primaryKeys.filter { !partitionKeys.contains($0) } }

  /// The columns that decide on the bucket.
  var bucketKeys: [String] {
    guard let text = options["bucket-key"] else { return trimmedKeys }
    return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The fixed number of buckets; -1 when rows may go to any.
  var bucketCount: Int32 { options["bucket"].flatMap { Int32($0) } ?? -1 }

  var hasDeletionVectors: Bool { options["deletion-vectors.enabled"]?.lowercased() == "true" }

  /// Whether files that were written before must not merge with new ones when they are read: changes go into deletion vectors.
  var isMergeOnWrite: Bool { hasDeletionVectors && !primaryKeys.isEmpty }

  /// The level of files that hold a table's oldest rows: those of one bucket do not overlap.
  var topLevel: Int32 {
    guard let count = options["num-levels"].flatMap({ Int32($0) }), count > 1 else { return DataFileMeta.defaultTopLevel }
    return count - 1
  }

  var isThin: Bool { options["data-file.thin-mode"]?.lowercased() == "true" }

  /// Whether both say the same about the table, whenever they were made.
  func isEquivalent(to other: TableSchema) -> Bool {
    hasEqualColumns(to: other) && options == other.options && comment == other.comment
  }

  /// Whether both have the same columns and keys.
  func hasEqualColumns(to other: TableSchema) -> Bool {
    fields == other.fields && partitionKeys == other.partitionKeys && primaryKeys == other.primaryKeys
  }

  func index(of name: String) -> Int? {
    fields.firstIndex { $0.name == name }
  }

  /// The positions of `names` among the fields; `target-damaged` when one is missing.
  func indexes(of names: [String]) throws -> [Int] {
    try names.map { name in
      guard let index = index(of: name) else {
        throw SluiceError(.targetDamaged, "schema \(id) names a column that it does not have", at: .init(column: name))
      }
      return index
    }
  }

  /// The types in which columns are written and read.
  func dataTypes() throws -> [DataType] {
    try fields.map { field in
      do {
        return try PaimonTypes.dataType(of: field.type)
      } catch let error as SluiceError {
        throw SluiceError(error.kind, error.message, at: .init(column: field.name))
      }
    }
  }

  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }

  static func decoded(_ bytes: [UInt8], path: String) throws -> TableSchema {
    do {
      return try JSONDecoder().decode(TableSchema.self, from: Data(bytes))
    } catch {
      throw SluiceError(.targetDamaged, "not a Paimon schema", at: .init(path: path), cause: error)
    }
  }
}
