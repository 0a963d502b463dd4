public import SluiceCore

extension ForeignTable {
  /// The outcome of a comparison of this table, by every reader, with its source.
  public struct Comparison: Sendable, CustomStringConvertible {
    public let isEqual: Bool
    /// Rows of the source.
    public let rows: Int
    /// Rows that each reader found.
    public let readers: [String: Int]
    /// What differs, or columns of one side only.
    public let details: SpecValue

    public var description: String {
      isEqual ? "equal, \(rows) rows" : "\(rows) rows in the source, \(readers) in the lake\n\(JSONText.pretty(details))"
    }
  }

  /// Compares every row and every value with the source's own rendering: the readings of both of the format's readers.
  ///
  /// `keys` pairs rows to tell which columns differ; the comparison is one of multisets with or without them.
  public func compare(
    with table: String, in database: TestDatabase, keys: [String] = [], columns: [String]? = nil, rename: [String: String] = [:],
    zeroDatesAreNull: Bool = false, readers: [LakeReader.Reader]? = nil, snapshot: Int? = nil
  ) throws -> Comparison {
    var request: [String: SpecValue] = [
      "source": "\(database.name).\(table)", "dsn": database.server.dsn, "keys": Self.list(keys),
      "rename": SpecValue(rename.mapValues { .string($0) }), "readers": Self.list((readers ?? format.readers).map(\.rawValue)),
    ]
    request["columns"] = columns.map(Self.list)
    request["snapshot"] = snapshot.map { .integer($0) }
    if zeroDatesAreNull { request["zero_dates"] = "null" }
    let answer = try ask("compare", request)
    var details = answer.members
    for key in ["equal", "rows", "readers", "seconds"] { details[key] = nil }
    return Comparison(
      isEqual: answer["equal"]?.flag ?? false, rows: answer["rows"]?.integer ?? -1,
      readers: (answer["readers"]?.members ?? [:]).compactMapValues(\.integer), details: SpecValue(details))
  }
}
