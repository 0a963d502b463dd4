internal import Foundation
public import SluiceCore

extension ForeignTable {
  /// The metadata file with the highest number, `v12.metadata.json` or `00012-….metadata.json`; `nil` when there is none.
  public var newestMetadataFile: String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/metadata")) ?? []
    let numbered = names.compactMap { name -> (number: Int, name: String)? in
      guard name.hasSuffix(".metadata.json") else { return nil }
      return Int(name.drop { $0 == "v" }.prefix { $0.isNumber }).map { ($0, name) }
    }
    return numbered.max { $0.number < $1.number }.map { "\(folder)/metadata/\($0.name)" }
  }

  /// The newest metadata file's content. A file that is gone by the time it is read is looked for again.
  public func metadata() throws -> SpecValue {
    for _ in 0..<20 {
      guard let path = newestMetadataFile else { break }
      if let text = try? String(contentsOfFile: path, encoding: .utf8) { return try JSONReader.read(text) }
    }
    throw TestFailure("no Iceberg metadata in \(folder)")
  }

  /// The ids of the snapshots at hand, oldest first.
  func icebergSnapshots() -> [Int] {
    let snapshots = (try? metadata())?["snapshots"]?.items ?? []
    let ordered = snapshots.sorted { ($0["sequence-number"]?.integer ?? 0) < ($1["sequence-number"]?.integer ?? 0) }
    return ordered.compactMap { $0["snapshot-id"]?.integer }
  }
}

extension ForeignTable {
  /// The live delete files of the newest snapshot, as a walk through its manifests finds them.
  public func deletes() throws -> [SpecValue] {
    try ask("files", [:])["deletes"]?.items ?? []
  }
}
