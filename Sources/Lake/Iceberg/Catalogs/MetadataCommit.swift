internal import Foundation
internal import SluiceCore

/// What catalogs that apply updates themselves share: the next metadata, new tables, and files that are needed no more.
struct MetadataCommit: Sendable {
  /// Somebody else may be faster this often before a commit is given up as a conflict.
  static let attempts = 20

  let files: IcebergFiles

  /// The metadata after a commit; `nil` and why when a requirement does not hold or an update does not fit.
  static func next(
    after table: LoadedTable, requirements: [TableRequirement], updates: [TableUpdate]
  ) throws -> (metadata: TableMetadata?, refusal: String) {
    if let failed = requirements.first(where: { !$0.holds(for: table.metadata) }) {
      return (nil, "\(failed.json["type"].flatMap(\.stringValue) ?? "a requirement") does not hold")
    }
    do {
      return (try table.metadata.applying(updates, previousFile: table.metadataLocation, now: now()), "")
    } catch let error as SluiceError where error.kind == .targetConflict {
      return (nil, error.message)
    }
  }

  /// The first metadata of a table. Throws `spec-invalid` for a schema that the format version does not know.
  static func first(_ creation: TableCreation, location: String) throws -> TableMetadata {
    let type = creation.schema.fields.first { $0.type.leastFormatVersion > creation.formatVersion }
    if let type {
      throw SluiceError(
        .specInvalid, "\(type.type.text) needs format version \(type.type.leastFormatVersion) of Iceberg", at: .init(column: type.name))
    }
    return TableMetadata(creating: creation, location: creation.location ?? location, uuid: UUID().uuidString.lowercased(), now: now())
  }

  /// Removes metadata files that left the log with the commit that made `new`, where the table asks for it. What cannot be removed stays.
  func removeOld(before old: TableMetadata, after new: TableMetadata) {
    guard new.deletesOldMetadata else { return }
    let kept = Set(new.metadataLog.map(\.file))
    for entry in old.metadataLog where !kept.contains(entry.file) { try? files.delete(entry.file) }
  }

  static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}

extension SpecValue {
  fileprivate var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
