/// Names of the files that one writer identity makes, so that its leftovers can be told from others' files.
struct FileNames {
  private let writer: String
  private let label: String
  /// Makes names of one opening of the table differ from those of an earlier one with the same labels.
  private let token: String
  private var counter = 0

  init(writer: String, label: String) {
    self.writer = writer
    self.label = label.replacing("-", with: "_")
    token = Self.token()
  }

  /// `mark` has no dashes, and is of the format.
  mutating func next(mark: String = "") -> String {
    defer { counter += 1 }
    return "data-\(writer)-\(label)-\(token)-\(counter)\(mark).parquet"
  }

  static func token() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Whether `name` is a data file, manifest, manifest list, index file, index manifest, or unfinished form of one, that `writer` made.
  ///
  /// Parts are counted, because another writer's id may begin like this one.
  static func isOwn(_ name: String, writer: String) -> Bool {
    let name = unfinished(name)?.name ?? Substring(name)
    let kinds = [("data-", 3), ("manifest-list-", 2), ("manifest-", 2), ("index-manifest-", 2), ("index-", 2)]
    for (prefix, parts) in kinds where name.hasPrefix(prefix + writer + "-") {
      let rest = name.dropFirst(prefix.count + writer.count + 1)
      if rest.split(separator: "-", omittingEmptySubsequences: false).count == parts { return true }
    }
    return false
  }

  /// Whether `name` is the unfinished form of a schema, snapshot, version of metadata or hint. Their names tell no writer, but only Sluice's random part has no
  /// dashes: what another engine is about to commit is not meant.
  static func isUnfinishedMetadata(_ name: String) -> Bool {
    guard let (name, random) = unfinished(name), !random.isEmpty, random.allSatisfy(\.isHexDigit) else { return false }
    return name.hasPrefix("snapshot-") || name.hasPrefix("schema-") || name == "LATEST" || name == "EARLIEST"
      || name.hasPrefix("v") && name.hasSuffix(".metadata.json") || name == "version-hint.text"
  }

  /// The parts of `.<name>.<random>.tmp`, as which a store begins a file.
  private static func unfinished(_ name: String) -> (name: Substring, random: Substring)? {
    guard name.hasPrefix("."), name.hasSuffix(".tmp"), name.count > 5 else { return nil }
    let middle = name.dropFirst().dropLast(4)
    guard let dot = middle.lastIndex(of: ".") else { return nil }
    return (middle[..<dot], middle[middle.index(after: dot)...])
  }
}
