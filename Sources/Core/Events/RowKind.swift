/// What a row of a change batch does to its key. Raw values are those of Paimon's `_VALUE_KIND`.
public enum RowKind: UInt8, Sendable, Codable {
  case insert = 0
  case updateBefore = 1
  case updateAfter = 2
  case delete = 3
}
