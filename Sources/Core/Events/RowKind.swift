/// What a row of a change batch does to its key. Raw values are those of Paimon's `_VALUE_KIND`.
public enum RowKind: UInt8, Sendable, Codable {
  case insert = 0
  case updateBefore = 1
  case updateAfter = 2
  case delete = 3

  /// Whether a row of the kind with that raw value goes: only its key counts.
  public static func removes(_ kind: UInt8) -> Bool { kind == delete.rawValue || kind == updateBefore.rawValue }
}
