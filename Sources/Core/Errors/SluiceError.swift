/// The one error type at the seams between modules.
///
/// `description` never shows cell values or secrets, so it may go to logs, alerts and API answers.
public struct SluiceError: Error, Sendable, CustomStringConvertible {
  public let kind: ErrorKind
  /// What was found and what was expected, without cell values.
  public let message: String
  public var place: Place
  /// What to do about this very case, where more can be said than the policy's advice for the kind.
  public let remedy: String?
  public let cause: (any Error)?

  /// Where it happened; each part is known or not.
  public struct Place: Hashable, Sendable {
    public var job: String?
    public var table: TableID?
    public var column: String?
    public var position: String?
    /// A path in the spec (`$.sink.warehouse`) or of a file or object.
    public var path: String?

    public init(job: String? = nil, table: TableID? = nil, column: String? = nil, position: String? = nil, path: String? = nil) {
      self.job = job
      self.table = table
      self.column = column
      self.position = position
      self.path = path
    }
  }

  public init(_ kind: ErrorKind, _ message: String, at place: Place = Place(), remedy: String? = nil, cause: (any Error)? = nil) {
    self.kind = kind
    self.message = message
    self.place = place
    self.remedy = remedy
    self.cause = cause
  }

  public var description: String {
    var parts: [String] = []
    if let table = place.table { parts.append("table \(table)") }
    if let column = place.column { parts.append("column \(column)") }
    if let path = place.path { parts.append(path) }
    if let position = place.position { parts.append("at \(position)") }
    let prefix = parts.isEmpty ? "" : parts.joined(separator: ", ") + ": "
    return prefix + message
  }

  /// The same error with the table filled in where it was not known.
  public func inTable(_ table: TableID) -> SluiceError {
    var copy = self
    if copy.place.table == nil { copy.place.table = table }
    return copy
  }
}
