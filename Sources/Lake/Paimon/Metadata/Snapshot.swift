internal import Foundation
internal import SluiceCore

/// A file `snapshot/snapshot-<id>`: one state of the table (Paimon specification, snapshot).
struct Snapshot: Sendable, Codable, Hashable {
  static let append = "APPEND"
  static let compact = "COMPACT"
  static let overwrite = "OVERWRITE"

  var version = 3
  var id: Int64
  var schemaId: Int64
  var baseManifestList: String
  var baseManifestListSize: Int?
  var deltaManifestList: String
  var deltaManifestListSize: Int?
  var changelogManifestList: String?
  var changelogManifestListSize: Int?
  var indexManifest: String?
  var commitUser: String
  var commitIdentifier: Int64
  var commitKind: String
  var timeMillis: Int64
  var totalRecordCount: Int64?
  var deltaRecordCount: Int64?
  var changelogRecordCount: Int64?
  var watermark: Int64?
  var statistics: String?
  var properties: [String: String]?
  var nextRowId: Int64?
  /// Tells an attempt of ours from any other.
  var uuid: String?

  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }

  static func decoded(_ bytes: [UInt8], path: String) throws -> Snapshot {
    do {
      return try JSONDecoder().decode(Snapshot.self, from: Data(bytes))
    } catch {
      throw SluiceError(.targetDamaged, "not a Paimon snapshot", at: .init(path: path), cause: error)
    }
  }
}
