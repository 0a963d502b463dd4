internal import Foundation

extension JobSpec {
  /// Where the job begins. `startAt` is needed by `timestamp` and `position`, and has no meaning beside the others.
  static func readStartup(_ values: OptionValues?, parser: inout OptionParser) -> Startup {
    let name = values?.string("startup") ?? "initial"
    let place = values?.string("startAt")
    let path = "$.source.startAt"
    switch name {
    case "snapshot", "initial", "latest", "earliest":
      if place != nil { parser.report(path, "has no meaning with startup \(JSONText.quoted(name)), allowed with \"timestamp\" and \"position\"") }
      return name == "snapshot" ? .snapshot : name == "initial" ? .initial : .stream(name == "latest" ? .latest : .earliest)
    default:
      guard let place, !place.isEmpty else {
        parser.report(path, "missing; startup \(JSONText.quoted(name)) needs it")
        return .initial
      }
      guard name == "timestamp" else { return .stream(.place(place)) }
      guard let time = try? Date(place, strategy: .iso8601) else {
        parser.report(path, "found \(JSONText.quoted(place)), allowed is a time such as \"2026-01-31T12:00:00Z\"")
        return .initial
      }
      return .stream(.timestamp(Int64(time.timeIntervalSince1970 * 1_000_000)))
    }
  }

  static func readSchemaPolicy(_ values: OptionValues?, parser: inout OptionParser) -> SchemaPolicy {
    guard let values else { return SchemaPolicy() }
    var overrides: [(pattern: TablePattern, actions: [SchemaPolicy.Kind: SchemaPolicy.Action])] = []
    for (index, item) in values.list("tables").enumerated() {
      guard case .object(let members) = item, let text = members.string("table") else { continue }
      if let pattern = readPattern(text, at: "$.schemaChanges.tables[\(index)].table", parser: &parser) {
        overrides.append((pattern, actions(members)))
      }
    }
    return SchemaPolicy(actions(values), overrides: overrides)
  }

  private static func actions(_ values: OptionValues) -> [SchemaPolicy.Kind: SchemaPolicy.Action] {
    SchemaPolicy.Kind.allCases.reduce(into: [:]) { actions, kind in
      actions[kind] = values.string(kind.rawValue).flatMap(SchemaPolicy.Action.init(rawValue:))
    }
  }
}
