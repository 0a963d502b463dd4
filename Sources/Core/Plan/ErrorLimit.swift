/// How many dirty rows a run survives: of the whole job, and of single tables.
public struct ErrorLimit: Hashable, Sendable, Codable {
  /// More dirty rows than this end the run.
  public var rows: Int?
  /// More dirty rows than this share of the rows read, 0...100, end the run; looked at from 1,000 rows on and at the end.
  public var percentage: Double?
  /// Only the rows of the last so many seconds of this run count; `nil` for all rows of the job.
  public var window: Double?
  /// Limits of single tables beside the job's. The first that matches a table counts, for each table on its own.
  public var tables: [Table]

  public struct Table: Hashable, Sendable, Codable {
    /// As in `source.tables`.
    public var pattern: String
    public var rows: Int?
    public var percentage: Double?
    public var window: Double?

    public init(pattern: String, rows: Int? = nil, percentage: Double? = nil, window: Double? = nil) {
      self.pattern = pattern
      self.rows = rows
      self.percentage = percentage
      self.window = window
    }
  }

  public init(rows: Int? = 0, percentage: Double? = nil, window: Double? = nil, tables: [Table] = []) {
    self.rows = rows
    self.percentage = percentage
    self.window = window
    self.tables = tables
  }
}
