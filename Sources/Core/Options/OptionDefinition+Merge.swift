extension OptionDefinition {
  /// The options of a plug-in together with those that every spec has; where both say something about a name, the plug-in's word counts,
  /// and objects have the members of both.
  static func merge(_ common: [OptionDefinition], with plugin: [OptionDefinition]) -> [OptionDefinition] {
    let own = plugin.map { definition in
      guard let other = common.first(where: { $0.name == definition.name }) else { return definition }
      guard case .object(let members) = definition.type, case .object(let others) = other.type else { return definition }
      return OptionDefinition(
        definition.name, .object(merge(others, with: members)), required: definition.isRequired, default: definition.defaultValue,
        help: definition.help)
    }
    return own + common.filter { definition in !plugin.contains { $0.name == definition.name } }
  }
}
