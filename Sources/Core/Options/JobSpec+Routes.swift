extension JobSpec {
  static let routeOptions: [OptionDefinition] = [
    .init("routes", .list(.object(routeMembers)), default: .array([]), help: "Where tables go; the first that matches counts."),
    .init(
      "unrouted", .choice(RouteRules.Unrouted.allCases.map(\.rawValue)), default: .string("keep"),
      help: "Tables that match no route: `keep` lets them go where they would without routes, `drop` leaves them out, `error` refuses the job."),
  ]

  private static let routeMembers: [OptionDefinition] = [
    .init(
      "from", .string, required: true,
      help: "The source tables that it is for, as in `source.tables`: `shop.orders`, `shop_*.orders_*`, `/shop_([0-9]+)\\.orders_[0-9]+/`."),
    .init(
      "to", .string, default: .string("${database}.${table}"),
      help: "The target's database and name. `${database}` and `${table}` are the source's, `$1` what the first group (or wildcard) matched, `$$` a "
        + "dollar sign. Tables that go to one name share the target, which has the widest columns of all."),
    .init("prefix", .string, default: .string(""), help: "Put before the target's name."),
    .init("suffix", .string, default: .string(""), help: "Put after the target's name."),
    .init(
      "case", .choice(Route.LetterCase.allCases.map(\.rawValue)), default: .string("keep"), help: "The letter case of the target's database and name."
    ),
    .init("fanOut", .boolean, default: .boolean(false), help: "A table that matches goes to the targets of later routes that match, too."),
    .init(
      "addShardColumns", .boolean, default: .boolean(false),
      help: "Adds the columns `shard_database` and `shard_table`, first in the key: equal keys of different sources stay different rows."),
    .init(
      "metadata", .stringMap, default: .object([]),
      help: "Columns that are added, each with what it holds: " + MetadataColumn.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ") + "."),
    .init("key", .list(.string), default: .array([]), help: "The target's key; columns in any case. Without it, the source's."),
    .init("partitionBy", .list(.string), default: .array([]), help: "Partition columns; goes before `sink.table` and `sink.tables`."),
    .init("bucket", .integer(1...32_768), help: "Fixed number of buckets; goes before `sink.table` and `sink.tables`."),
    .init("options", .stringMap, default: .object([]), help: "Table options of the lake format, passed through."),
    .init(
      "columnTypes", .stringMap, default: .object([]),
      help: "Types of columns by name, in any case: `{\"id\": \"int64\"}`. Only wider ones; a `cast` node does the rest."),
    .init(
      "sourceTypes", .stringMap, default: .object([]),
      help: "Types of columns by the source's type: `{\"tinyint\": \"int32\", \"decimal(10,2)\": \"decimal(18,2)\"}`. `columnTypes` goes before it."),
  ]

  static func readRoutes(_ top: OptionValues, parser: inout OptionParser) -> RouteRules {
    var rules = RouteRules(unrouted: top.string("unrouted").flatMap(RouteRules.Unrouted.init(rawValue:)) ?? .keep)
    for (index, item) in top.list("routes").enumerated() {
      guard case .object(let values) = item else { continue }
      if let route = readRoute(values, at: "$.routes[\(index)]", parser: &parser) { rules.routes.append(route) }
    }
    return rules
  }

  private static func readRoute(_ values: OptionValues, at path: String, parser: inout OptionParser) -> Route? {
    guard let from = values.string("from"), let pattern = readPattern(from, at: "\(path).from", parser: &parser) else { return nil }
    let text = values.string("to") ?? ""
    let template: NameTemplate
    do {
      template = try NameTemplate(text, groups: pattern.groupCount)
    } catch {
      parser.report("\(path).to", "\(JSONText.quoted(text)) \(error)")
      return nil
    }
    var route = Route(path: path, from: pattern, to: template)
    route.prefix = values.string("prefix") ?? ""
    route.suffix = values.string("suffix") ?? ""
    route.letterCase = values.string("case").flatMap(Route.LetterCase.init(rawValue:)) ?? .keep
    route.isFanOut = values.boolean("fanOut") ?? false
    route.addsShardColumns = values.boolean("addShardColumns") ?? false
    route.key = values.strings("key")
    route.layout = TableLayout(values)
    route.columnTypes = readTypes(values.stringMap("columnTypes"), at: "\(path).columnTypes", parser: &parser) { $0.lowercased() }
    route.sourceTypes = readTypes(values.stringMap("sourceTypes"), at: "\(path).sourceTypes", parser: &parser, folded: Route.typeName)
    for (column, name) in values.stringMap("metadata").sorted(by: { $0.key < $1.key }) {
      if let value = MetadataColumn(rawValue: name) {
        route.metadata.append((column, value))
      } else {
        let names = MetadataColumn.allCases.map(\.rawValue)
        let nearest = NearestName.of(name, in: names).map { "; did you mean \(JSONText.quoted($0))?" } ?? ""
        parser.report(
          OptionIssue.path("\(path).metadata", key: column),
          "found \(JSONText.quoted(name)), allowed is \(OptionType.choice(names).allowed)\(nearest)")
      }
    }
    return route
  }

  /// `folded` is what two keys must not have in common.
  private static func readTypes(_ map: [String: String], at path: String, parser: inout OptionParser, folded: (String) -> String)
    -> [String: DataType]
  {
    var names: [String: String] = [:]
    return map.sorted { $0.key < $1.key }.reduce(into: [:]) { types, entry in
      if let other = names.updateValue(entry.key, forKey: folded(entry.key)) {
        parser.report(OptionIssue.path(path, key: entry.key), "names the same as \(JSONText.quoted(other)): case makes no difference")
      }
      if let type = DataType(parsing: entry.value) {
        types[entry.key] = type
      } else {
        parser.report(
          OptionIssue.path(path, key: entry.key),
          "found \(JSONText.quoted(entry.value)), allowed is a type such as \"int64\", \"decimal(18,2)\", \"string\" or \"timestamp(6)\"")
      }
    }
  }
}
