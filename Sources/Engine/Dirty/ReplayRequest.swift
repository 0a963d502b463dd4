/// Asks for dirty rows to go through again.
public struct ReplayRequest: Hashable, Sendable, Codable {
  /// The rows' numbers in the store.
  public var rows: [Int]
  /// Corrected values of rows, by their number: columns that are not named stay as they are.
  public var corrections: [Int: [Correction]]

  public struct Correction: Hashable, Sendable, Codable {
    public var column: String
    /// `nil` for a null.
    public var text: String?

    public init(column: String, text: String?) {
      self.column = column
      self.text = text
    }
  }

  public init(rows: [Int], corrections: [Int: [Correction]] = [:]) {
    self.rows = rows
    self.corrections = corrections
  }
}
