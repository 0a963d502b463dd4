extension OptionType {
  /// What may stand there, for messages: "an integer from 1 to 64".
  public var allowed: String {
    switch self {
    case .string: "a text"
    case .secret: "a text, {\"env\": NAME} or {\"file\": PATH}"
    case .boolean: "true or false"
    case .integer(let range): "an integer" + Self.words(range.lowerBound, range.upperBound, least: .min, most: .max)
    case .number(let range):
      "a number"
        + Self.words(range.lowerBound, range.upperBound, least: -.greatestFiniteMagnitude, most: .greatestFiniteMagnitude)
    case .choice(let names): (names.count == 1 ? "" : "one of ") + names.map(JSONText.quoted).joined(separator: ", ")
    case .duration: "a duration such as \"500ms\", \"5s\", \"10m\" or \"2h\""
    case .byteSize: "a size such as \"64KB\" or \"512MiB\""
    case .list(let element): "a list, each item " + element.allowed
    case .stringMap: "an object of texts"
    case .object: "an object"
    case .variant(let variants): "an object with one of the keys " + variants.map { JSONText.quoted($0.id) }.joined(separator: ", ")
    }
  }

  /// The type's short name in the reference.
  public var label: String {
    switch self {
    case .string: "text"
    case .secret: "secret"
    case .boolean: "true, false"
    case .integer(let range): "integer" + Self.words(range.lowerBound, range.upperBound, least: .min, most: .max)
    case .number(let range):
      "number"
        + Self.words(range.lowerBound, range.upperBound, least: -.greatestFiniteMagnitude, most: .greatestFiniteMagnitude)
    case .choice(let names): names.map { "`\(JSONText.quoted($0))`" }.joined(separator: ", ")
    case .duration: "duration"
    case .byteSize: "size"
    case .list(.object): "list of objects"
    case .list(.string): "list of texts"
    case .list(.variant): "list of objects with one key each"
    case .variant: "object with one key"
    case .list(let element): "list of \(element.label)"
    case .stringMap: "object of texts"
    case .object: "object"
    }
  }

  private static func words<Bound: Comparable>(_ lower: Bound, _ upper: Bound, least: Bound, most: Bound) -> String {
    switch (lower > least, upper < most) {
    case (true, true): " from \(plain(lower)) to \(plain(upper))"
    case (true, false): " from \(plain(lower)) on"
    case (false, true): " up to \(plain(upper))"
    case (false, false): ""
    }
  }

  /// Whole numbers without a fraction.
  private static func plain(_ bound: some Comparable) -> String {
    if let number = bound as? Double { JSONText.compact(.number(number)) } else { "\(bound)" }
  }
}

extension SpecValue {
  /// The value in a message, cut where it is long.
  var found: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): JSONText.quoted(text.count > 48 ? text.prefix(47) + "…" : text)
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// What kind of value it is, for messages that must not show it.
  var foundKind: String {
    switch self {
    case .null: "null"
    case .boolean: "true or false"
    case .integer, .number: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
