internal import SluiceCore

/// One file that a manifest adds to the table or takes away from it.
struct ManifestEntry: Sendable, Hashable {
  enum Kind: Int32, Sendable {
    case add = 0
    case delete = 1
  }

  var kind: Kind
  var slot: Slot
  /// The bucket count under which the file was placed; -1 without fixed buckets.
  var totalBuckets: Int32
  var file: DataFileMeta

  /// What makes two entries speak of the same file.
  struct Identity: Hashable {
    let slot: Slot
    let level: Int32
    let fileName: String
    let extraFiles: [String]
    let embeddedIndex: [UInt8]?
    let externalPath: String?
  }

  var identity: Identity {
    Identity(
      slot: slot, level: file.level, fileName: file.fileName, extraFiles: file.extraFiles, embeddedIndex: file.embeddedIndex,
      externalPath: file.externalPath)
  }

  /// The entry that takes the file away again.
  var removal: ManifestEntry { ManifestEntry(kind: .delete, slot: slot, totalBuckets: totalBuckets, file: file) }

  /// What is left when entries are applied in order: files added and not deleted, and deletions of files that `entries` do not add.
  static func merged(_ entries: [ManifestEntry]) -> [ManifestEntry] {
    var places: [Identity: Int] = [:]
    var kept: [ManifestEntry?] = []
    for entry in entries {
      let identity = entry.identity
      if entry.kind == .delete, let place = places[identity], kept[place]?.kind == .add {
        kept[place] = nil
        places[identity] = nil
      } else {
        places[identity] = kept.count
        kept.append(entry)
      }
    }
    return kept.compactMap(\.self)
  }
}

extension ManifestEntry: SlotFile {
  var name: String { file.fileName }
  var byteCount: Int { file.fileSize }
  var rowCount: Int { file.rowCount }

  /// The same file at another level.
  func at(level: Int32) -> ManifestEntry {
    var entry = self
    entry.file.level = level
    return entry
  }
}

extension [ManifestEntry] {
  /// Takes these files away and adds what they became.
  func replaced(by new: [ManifestEntry]) -> [ManifestEntry] { map(\.removal) + new }
}

/// One manifest of a manifest list.
struct ManifestMeta: Sendable, Hashable {
  var fileName: String
  var fileSize: Int
  var addedCount: Int
  var deletedCount: Int
  var partitionStats: ColumnBounds
  var schemaID: Int64
  var minBucket: Int32?
  var maxBucket: Int32?
  var minLevel: Int32?
  var maxLevel: Int32?
}
