/// How dirty rows are kept.
public struct DirtySettings: Hashable, Sendable, Codable {
  public enum WhenFull: String, Sendable, Codable, CaseIterable {
    /// The run ends rather than lose a dirty row.
    case stop
    /// The oldest file goes.
    case dropOldest
  }

  /// Columns whose values are not kept.
  public struct Sensitive: Hashable, Sendable, Codable {
    /// As in `source.tables`.
    public var pattern: String
    public var columns: [String]

    public init(pattern: String, columns: [String]) {
      self.pattern = pattern
      self.columns = columns
    }
  }

  /// As many files, of about so many bytes each.
  public var files: Int
  public var fileBytes: Int
  public var whenFull: WhenFull
  public var sensitive: [Sensitive]

  public init(files: Int = 10, fileBytes: Int = 16 << 20, whenFull: WhenFull = .stop, sensitive: [Sensitive] = []) {
    self.files = files
    self.fileBytes = fileBytes
    self.whenFull = whenFull
    self.sensitive = sensitive
  }
}
