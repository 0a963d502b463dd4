/// A value of a spec as it was written in JSON or YAML. Objects keep the order of their keys.
public indirect enum SpecValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([SpecValue])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public let key: String
    public let value: SpecValue

    public init(_ key: String, _ value: SpecValue) {
      self.key = key
      self.value = value
    }
  }

  /// The value under `key` of an object; `nil` for other values and absent keys.
  public subscript(key: String) -> SpecValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }
}
