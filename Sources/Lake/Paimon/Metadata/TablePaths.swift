internal import SluiceCore

/// Where the parts of a table lie below its folder (Paimon specification, file layout).
struct TablePaths: Sendable {
  let root: String

  var schemaFolder: String { "\(root)/schema" }
  var snapshotFolder: String { "\(root)/snapshot" }
  var latestHint: String { "\(snapshotFolder)/LATEST" }
  var earliestHint: String { "\(snapshotFolder)/EARLIEST" }
  var tagFolder: String { "\(root)/tag" }

  func schema(_ id: Int64) -> String { "\(schemaFolder)/schema-\(id)" }
  func snapshot(_ id: Int64) -> String { "\(snapshotFolder)/snapshot-\(id)" }
  func manifest(_ name: String) -> String { "\(root)/manifest/\(name)" }
  func statistics(_ name: String) -> String { "\(root)/statistics/\(name)" }
  var consumerFolder: String { "\(root)/consumer" }
  func index(_ name: String) -> String { "\(root)/index/\(name)" }

  /// The folder of the files of one bucket; `partition` is the partition's folder (`dt=1/hr=2`), empty without partitions.
  func bucket(_ bucket: Int32, partition: String) -> String {
    partition.isEmpty ? "\(root)/bucket-\(bucket)" : "\(root)/\(partition)/bucket-\(bucket)"
  }

  /// The numbers in the names of `prefix<number>`.
  static func numbers(in names: [String], prefix: String) -> [Int64] {
    names.compactMap { $0.hasPrefix(prefix) ? Int64($0.dropFirst(prefix.count)) : nil }
  }
}
