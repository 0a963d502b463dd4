/// Checked options with defaults filled in: what a plug-in is made from.
///
/// The accessors expect the type of the option's definition; asking for another is a defect of the plug-in.
public struct OptionValues: Sendable {
  private var values: [String: OptionValue] = [:]

  public init(_ values: [String: OptionValue] = [:]) {
    self.values = values
  }

  public subscript(name: String) -> OptionValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  public func string(_ name: String) -> String? {
    if case .string(let text)? = values[name] { text } else { nil }
  }

  public func secret(_ name: String) -> Secret? {
    if case .secret(let secret)? = values[name] { secret } else { nil }
  }

  public func boolean(_ name: String) -> Bool? {
    if case .boolean(let value)? = values[name] { value } else { nil }
  }

  /// Integers and byte sizes.
  public func integer(_ name: String) -> Int? {
    if case .integer(let value)? = values[name] { value } else { nil }
  }

  /// Numbers and durations (seconds).
  public func number(_ name: String) -> Double? {
    switch values[name] {
    case .number(let value)?: value
    case .integer(let value)?: Double(value)
    default: nil
    }
  }

  public func list(_ name: String) -> [OptionValue] {
    if case .list(let values)? = values[name] { values } else { [] }
  }

  public func strings(_ name: String) -> [String] {
    list(name).compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  public func stringMap(_ name: String) -> [String: String] {
    if case .stringMap(let map)? = values[name] { map } else { [:] }
  }

  public func object(_ name: String) -> OptionValues? {
    if case .object(let values)? = values[name] { values } else { nil }
  }
}

/// One checked option value.
public indirect enum OptionValue: Sendable {
  case string(String)
  case secret(Secret)
  case boolean(Bool)
  /// Also a byte size.
  case integer(Int)
  /// Also a duration in seconds.
  case number(Double)
  case list([OptionValue])
  case stringMap([String: String])
  case object(OptionValues)
  /// The id of the variant, and its options.
  case variant(String, OptionValues)
}

/// A password or token that no description, log or error shows.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let text: String

  public init(_ text: String) {
    self.text = text
  }

  /// The secret itself, for the one call that needs it.
  public func reveal() -> String { text }

  public var description: String { "***" }
  public var debugDescription: String { "***" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
