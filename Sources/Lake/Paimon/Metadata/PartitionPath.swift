internal import SluiceCore

/// The folder of a partition: `dt=2026-01-01/region=eu`, escaped as Hive does (Paimon specification, file layout).
struct PartitionPath: Sendable {
  private static let escaped = Set("\"#%'*/:=?\\{}[]^".unicodeScalars)

  private let names: [String]
  private let types: [DataType]
  private let defaultName: String

  init(_ schema: TableSchema) throws {
    names = schema.partitionKeys
    let all = try schema.dataTypes()
    types = try schema.indexes(of: names).map { all[$0] }
    defaultName = schema.options["partition.default-name"] ?? "__DEFAULT_PARTITION__"
  }

  /// Whether a column of `type` may partition a table that Sluice writes.
  static func isSupported(_ type: DataType) -> Bool {
    switch type {
    case .boolean, .int8, .int16, .int32, .int64, .string, .date: true
    default: false
    }
  }

  /// The folder of `partition`, a row of the partition columns; empty for a table without partitions.
  func folder(of partition: [UInt8]) throws -> String {
    if names.isEmpty { return "" }
    let columns = try BinaryRow(bytes: partition).columns(types)
    return try zip(names, columns).map { name, column in
      "\(Self.escape(name))=\(Self.escape(try text(of: column, name: name)))"
    }.joined(separator: "/")
  }

  private func text(of column: Column, name: String) throws -> String {
    if column.isNull(0) { return defaultName }
    switch column.type {
    case .boolean: return column.boolean(0) ? "true" : "false"
    case .int8: return String(column.fixed(as: Int8.self)[0])
    case .int16: return String(column.fixed(as: Int16.self)[0])
    // With `partition.legacy-name`, the default, a date is its number of days.
    case .int32, .date: return String(column.fixed(as: Int32.self)[0])
    case .int64: return String(column.fixed(as: Int64.self)[0])
    case .string:
      let text = String(decoding: column.bytes(at: 0), as: UTF8.self)
      return text.allSatisfy(\.isWhitespace) ? defaultName : text
    default: throw SluiceError(.targetDamaged, "partitions by \(column.type) are not supported", at: .init(column: name))
    }
  }

  private static func escape(_ text: String) -> String {
    var path = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 32 || scalar.value == 127 || escaped.contains(scalar) {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        path += "%" + (hex.count < 2 ? "0" + hex : hex)
      } else {
        path.unicodeScalars.append(scalar)
      }
    }
    return path
  }
}
