/// Renders option definitions as a Markdown table.
public enum OptionReference {
  /// A table with a row for each option; the members of an object follow it as `object.member`.
  public static func table(_ definitions: [OptionDefinition]) -> String {
    let header = "| key | type | default | meaning |\n| --- | --- | --- | --- |\n"
    return header + rows(definitions, prefix: "").joined(separator: "\n") + "\n"
  }

  private static func rows(_ definitions: [OptionDefinition], prefix: String) -> [String] {
    definitions.flatMap { definition in
      let substitute = definition.defaultValue.map { "`\(JSONText.compact($0))`" }
      let standard = substitute ?? (definition.isRequired ? "**required**" : "none")
      let cells = ["`\(prefix)\(definition.name)`", definition.type.label, standard, definition.help]
      let row = "| " + cells.map(escaped).joined(separator: " | ") + " |"
      return [row] + rows(members(of: definition.type), prefix: prefix + definition.name + suffix(of: definition.type))
    }
  }

  private static func members(of type: OptionType) -> [OptionDefinition] {
    switch type {
    case .object(let definitions), .list(.object(let definitions)): definitions
    default: []
    }
  }

  private static func suffix(of type: OptionType) -> String {
    if case .list = type { "[]." } else { "." }
  }

  private static func escaped(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
