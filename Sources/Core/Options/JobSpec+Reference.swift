extension JobSpec {
  /// The JSON Schema of a spec that uses these plug-ins.
  public static func schema(_ plugins: Plugins) -> SpecValue {
    let source = plugins.sources.map { part(id: $0.id, title: $0.title, options: options(of: $0)) }
    let sink = plugins.lakes.map { part(id: $0.id, title: $0.title, options: options(of: $0)) }
    let parts: [SpecValue.Member] = [.init("source", choice(source)), .init("sink", choice(sink))]
    let body = OptionSchema.object(options(plugins), first: parts, required: ["source", "sink"])
    guard case .object(let members) = body else { return body }
    let head: [SpecValue.Member] = [
      .init("$schema", .string("https://json-schema.org/draft/2020-12/schema")), .init("title", .string("Sluice job")),
    ]
    return .object(head + members + [.init("$defs", OptionSchema.shared)])
  }

  /// The reference page of a spec that uses these plug-ins, in Markdown.
  public static func reference(_ plugins: Plugins) -> String {
    var page = """
      # The spec

      A job is one JSON or YAML file. `sluice schema` prints its JSON Schema; this page is `sluice schema --reference`.
      Durations are written `500ms`, `5s`, `10m`, `1h30m`, or as a number of seconds; sizes `64KB`, `512MiB`, or as a number of bytes.
      A secret is a text, `{"env": "NAME"}` for an environment variable, or `{"file": "PATH"}` for a file.
      Errors name the place in the spec, what was found, what is allowed, and the nearest known key.

      ## The job

      | key | type | default | meaning |
      | --- | --- | --- | --- |
      | `source` | object | **required** | Where rows come from: see below. |
      | `sink` | object | **required** | Where they go: see below. |

      """
    page += OptionReference.table(options(plugins)).split(separator: "\n").dropFirst(2).joined(separator: "\n") + "\n"
    for source in plugins.sources {
      page += "\n## Source: \(source.title)\n\n`\"type\": \"\(source.id)\"`\n\n" + OptionReference.table(options(of: source))
    }
    for lake in plugins.lakes {
      page += "\n## Sink: \(lake.title)\n\n`\"type\": \"\(lake.id)\"`\n\n" + OptionReference.table(options(of: lake))
    }
    if !plugins.transforms.isEmpty { page += "\n## T-nodes\n\nEach stands in a rule's `nodes` as an object with the node's name as its one key.\n" }
    for node in plugins.transforms {
      page += "\n### \(node.title)\n\n`\"\(node.id)\": {…}`\n\n" + OptionReference.table(node.options)
    }
    return page
  }

  private static func part(id: String, title: String, options: [OptionDefinition]) -> SpecValue {
    let type = SpecValue.object([.init("description", .string(title)), .init("const", .string(id))])
    return OptionSchema.object(options, first: [.init("type", type)], required: ["type"])
  }

  private static func choice(_ schemas: [SpecValue]) -> SpecValue {
    schemas.count == 1 ? schemas[0] : .object([.init("oneOf", .array(schemas))])
  }
}
