internal import Foundation
public import SluiceCore

/// A table in the lake as foreign readers see it.
public struct ForeignTable: Sendable {
  public let folder: String
  public let format: LakeFormatName

  public init(folder: String, format: LakeFormatName = .paimon) {
    self.folder = folder
    self.format = format
  }

  public var exists: Bool {
    switch format {
    case .paimon: FileManager.default.fileExists(atPath: folder + "/schema/schema-0")
    case .iceberg: newestMetadataFile != nil
    }
  }

  /// Rows in the spelling of `canonical.py`: by the keys when they are given, else by their text.
  public struct Rows: Sendable {
    public let columns: [String]
    public let rows: [[SpecValue]]
    public let count: Int

    /// The values of one column.
    public func values(of column: String) -> [SpecValue] {
      columns.firstIndex(of: column).map { place in rows.map { $0[place] } } ?? []
    }
  }

  public func rows(
    by reader: LakeReader.Reader? = nil, columns: [String]? = nil, keys: [String]? = nil, snapshot: Int? = nil, limit: Int? = nil
  ) throws -> Rows {
    var request: [String: SpecValue] = ["reader": .string((reader ?? format.readers[0]).rawValue)]
    request["columns"] = columns.map(Self.list)
    request["keys"] = keys.map(Self.list)
    request["snapshot"] = snapshot.map { .integer($0) }
    request["limit"] = limit.map { .integer($0) }
    let answer = try ask("read", request)
    return Rows(
      columns: answer["columns"]?.items.compactMap(\.text) ?? [], rows: answer["rows"]?.items.map(\.items) ?? [],
      count: answer["count"]?.integer ?? 0)
  }

  public func count(by reader: LakeReader.Reader? = nil, snapshot: Int? = nil) throws -> Int {
    var request: [String: SpecValue] = ["reader": .string((reader ?? format.readers[0]).rawValue)]
    request["snapshot"] = snapshot.map { .integer($0) }
    guard let count = try ask("count", request)["count"]?.integer else { throw TestFailure("no count of \(folder)") }
    return count
  }

  /// Fields, keys, options and comment as the format's Python library reads them.
  public func schema() throws -> SpecValue {
    try ask("schema", [:])
  }

  /// A data file that a full read needs.
  public struct DataFile: Sendable {
    /// Inside the table's folder.
    public let path: String
    public let bucket: Int
    public let level: Int
    public let rows: Int
    public let size: Int
    /// The numbers of the splits that a reader takes as they are, without merging.
    public let isRawConvertible: Bool
    public let description: SpecValue
  }

  public func files(snapshot: Int? = nil) throws -> [DataFile] {
    let answer = try ask("files", snapshot.map { ["snapshot": .integer($0)] } ?? [:])
    return (answer["files"]?.items ?? []).map { file in
      DataFile(
        path: file["path"]?.text ?? "", bucket: file["bucket"]?.integer ?? -1, level: file["level"]?.integer ?? -1,
        rows: file["rows"]?.integer ?? -1, size: file["size"]?.integer ?? -1, isRawConvertible: file["raw_convertible"]?.flag ?? false,
        description: file)
    }
  }

  /// The level of files that a full load writes, and that no other file of the bucket overlaps.
  public func topLevel() throws -> Int {
    guard format == .paimon else { return 0 }
    let text = try schema()["options"]?["num-levels"]?.text ?? "6"
    guard let levels = Int(text) else { throw TestFailure("num-levels of \(folder) is \(text)") }
    return levels - 1
  }

  /// What lies in the table's folder against what its snapshots name.
  public struct References: Sendable, Hashable {
    /// Files that no snapshot needs.
    public let orphans: [String]
    /// Files that a snapshot needs and that are not there.
    public let missing: [String]

    /// Everything that is there is needed, and everything that is needed is there.
    public var isExact: Bool { orphans.isEmpty && missing.isEmpty }
  }

  public func references() throws -> References {
    let answer = try ask("orphans", [:])
    return References(orphans: answer["orphans"]?.items.compactMap(\.text) ?? [], missing: answer["missing"]?.items.compactMap(\.text) ?? [])
  }

  /// The ids of the snapshots at hand, oldest first.
  public func snapshots() -> [Int] {
    guard format == .paimon else { return icebergSnapshots() }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/snapshot")) ?? []
    return names.compactMap { $0.hasPrefix("snapshot-") ? Int($0.dropFirst(9)) : nil }.sorted()
  }

  func ask(_ operation: String, _ request: [String: SpecValue]) throws -> SpecValue {
    try LakeReader.shared.ask(operation, request.merging(["table": .string(folder), "format": .string(format.rawValue)]) { $1 })
  }

  static func list(_ texts: [String]) -> SpecValue {
    .array(texts.map { .string($0) })
  }
}
