/// One thing that is wrong with a spec, at its place in it.
public struct OptionIssue: Hashable, Sendable, CustomStringConvertible {
  /// A JSON path: `$.source.port`, `$.sink.tables[0]`.
  public let path: String
  /// What was found and what is allowed, without secrets.
  public let message: String

  public init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }

  /// The path of a member of the object at `path`.
  public static func path(_ path: String, key: String) -> String {
    let isPlain = !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
    return isPlain ? "\(path).\(key)" : "\(path)[\(JSONText.quoted(key))]"
  }

  /// All issues as the one error that is thrown; `nil` when there is none.
  public static func error(_ issues: [OptionIssue], file: String? = nil) -> SluiceError? {
    guard let first = issues.first else { return nil }
    let place = SluiceError.Place(path: file)
    if issues.count == 1 { return SluiceError(.specInvalid, first.description, at: place) }
    let lines = issues.map { "\n  \($0)" }.joined()
    return SluiceError(.specInvalid, "\(issues.count) things are wrong:" + lines, at: place)
  }
}
