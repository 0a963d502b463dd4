/// Checks spec values against option definitions, fills in defaults, resolves secrets, and collects everything that is wrong.
///
/// What it returns is complete only when `issues` stays empty; `finish` throws otherwise.
public struct OptionParser {
  /// Everything found wrong, in the order of the definitions.
  public private(set) var issues: [OptionIssue] = []
  let secrets: SecretLookup

  public init(secrets: SecretLookup) {
    self.secrets = secrets
  }

  /// The options of the object `value` that stands at `path`.
  public mutating func parse(_ value: SpecValue, as definitions: [OptionDefinition], at path: String = "$") -> OptionValues {
    var result = OptionValues()
    guard case .object(let members) = value else {
      report(path, "found \(value.found), allowed is an object")
      return result
    }
    reportUnknown(members, names: definitions.map(\.name), path: path)
    for definition in definitions {
      let memberPath = OptionIssue.path(path, key: definition.name)
      if let given = value[definition.name], given != .null {
        result[definition.name] = parse(given, as: definition.type, at: memberPath)
      } else if let substitute = definition.substitute {
        result[definition.name] = parse(substitute, as: definition.type, at: memberPath)
      } else if definition.isRequired {
        report(memberPath, "missing; it must hold \(definition.type.allowed)")
      }
    }
    return result
  }

  /// Adds an issue that only the caller can see.
  public mutating func report(_ path: String, _ message: String) {
    issues.append(OptionIssue(path, message))
  }

  /// Throws one error that lists all issues. `file` is where the spec comes from.
  public func finish(file: String? = nil) throws {
    if let error = OptionIssue.error(issues, file: file) { throw error }
  }

  /// Reports the members that no definition names, and names that occur twice.
  mutating func reportUnknown(_ members: [SpecValue.Member], names: [String], path: String) {
    var seen: Set<String> = []
    for member in members {
      let memberPath = OptionIssue.path(path, key: member.key)
      if !seen.insert(member.key).inserted { report(memberPath, "given twice") }
      if names.contains(member.key) { continue }
      if let nearest = NearestName.of(member.key, in: names) {
        report(memberPath, "unknown key; did you mean \(JSONText.quoted(nearest))?")
      } else {
        report(memberPath, "unknown key; known are \(names.sorted().joined(separator: ", "))")
      }
    }
  }
}

extension OptionDefinition {
  /// What an absent option is parsed from: its default, or for an object whose members can all be absent, the empty object.
  var substitute: SpecValue? {
    if let defaultValue { return defaultValue }
    guard !isRequired, case .object(let members) = type, !members.contains(where: \.isRequired) else { return nil }
    return .object([])
  }
}
