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

  mutating func next() -> String {
    defer { counter += 1 }
    return "data-\(writer)-\(label)-\(token)-\(counter).parquet"
  }

  static func token() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Whether `name` is a data file, manifest, manifest list, or unfinished form of one, that `writer` made.
  ///
  /// Parts are counted, because another writer's id may begin like this one.
  static func isOwn(_ name: String, writer: String) -> Bool {
    var name = Substring(name)
    if name.hasPrefix("."), name.hasSuffix(".tmp") {
      name = name.dropFirst().dropLast(4)
      if let dot = name.lastIndex(of: ".") { name = name[..<dot] }
    }
    for (prefix, parts) in [("data-", 3), ("manifest-list-", 2), ("manifest-", 2)] where name.hasPrefix(prefix + writer + "-") {
      let rest = name.dropFirst(prefix.count + writer.count + 1)
      if rest.split(separator: "-", omittingEmptySubsequences: false).count == parts { return true }
    }
    return false
  }
}
