/// One option of a plug-in or of the job, said once: validation, defaults, JSON Schema, help and the reference page derive from it.
public struct OptionDefinition: Sendable {
  public let name: String
  public let type: OptionType
  public let isRequired: Bool
  /// What an absent option means; `nil` when it means "none".
  public let defaultValue: SpecValue?
  public let help: String

  public init(_ name: String, _ type: OptionType, required: Bool = false, default defaultValue: SpecValue? = nil, help: String) {
    self.name = name
    self.type = type
    isRequired = required
    self.defaultValue = defaultValue
    self.help = help
  }
}

/// What an option may hold, as it is written in a spec.
public indirect enum OptionType: Sendable {
  case string
  /// A password or token: text, `{"env": NAME}` or `{"file": PATH}`; never shown.
  case secret
  case boolean
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case choice([String])
  /// Seconds, written `"500ms"`, `"5s"`, `"10m"`, `"2h"`, or a plain number of seconds.
  case duration
  /// Bytes, written `"512MiB"`, `"64KB"`, or a plain number.
  case byteSize
  case list(OptionType)
  /// String keys and string values, passed through.
  case stringMap
  case object([OptionDefinition])
  /// An object with one member, whose name says which variant it is and which holds the variant's options: `{"mask": {…}}`.
  case variant([OptionVariant])
}

/// One of the things that a `variant` option may hold.
public struct OptionVariant: Sendable {
  public let id: String
  public let title: String
  public let options: [OptionDefinition]

  public init(id: String, title: String, options: [OptionDefinition]) {
    self.id = id
    self.title = title
    self.options = options
  }
}
