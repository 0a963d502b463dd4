extension OptionParser {
  /// One value; `nil` when it is wrong, which is then among the issues.
  mutating func parse(_ value: SpecValue, as type: OptionType, at path: String) -> OptionValue? {
    switch (type, value) {
    case (.string, .string(let text)):
      return .string(text)
    case (.secret, _):
      return parseSecret(value, at: path)
    case (.boolean, .boolean(let flag)):
      return .boolean(flag)
    case (.integer(let range), .integer(let number)) where range.contains(number):
      return .integer(number)
    case (.number(let range), .integer(let number)) where range.contains(Double(number)):
      return .number(Double(number))
    case (.number(let range), .number(let number)) where range.contains(number):
      return .number(number)
    case (.choice(let names), .string(let text)):
      return parseChoice(text, of: names, at: path)
    case (.duration, _):
      if let seconds = value.seconds { return .number(seconds) }
    case (.byteSize, _):
      if let bytes = value.bytes { return .integer(bytes) }
    case (.list(let element), .array(let items)):
      return .list(items.enumerated().compactMap { parse($0.element, as: element, at: "\(path)[\($0.offset)]") })
    case (.stringMap, .object(let members)):
      return parseMap(members, at: path)
    case (.object(let definitions), .object):
      return .object(parse(value, as: definitions, at: path))
    case (.variant(let variants), .object(let members)):
      return parseVariant(members, of: variants, at: path)
    default:
      break
    }
    report(path, "found \(value.found), allowed is \(type.allowed)")
    return nil
  }

  private mutating func parseVariant(_ members: [SpecValue.Member], of variants: [OptionVariant], at path: String) -> OptionValue? {
    guard members.count == 1, let member = members.first else {
      report(path, "found an object with \(members.count) keys, allowed is \(OptionType.variant(variants).allowed)")
      return nil
    }
    guard let variant = variants.first(where: { $0.id == member.key }) else {
      reportUnknown(members, names: variants.map(\.id), path: path)
      return nil
    }
    return .variant(variant.id, parse(member.value, as: variant.options, at: OptionIssue.path(path, key: variant.id)))
  }

  private mutating func parseChoice(_ text: String, of names: [String], at path: String) -> OptionValue? {
    if names.contains(text) { return .string(text) }
    let nearest = NearestName.of(text, in: names).map { "; did you mean \(JSONText.quoted($0))?" } ?? ""
    report(path, "found \(SpecValue.string(text).found), allowed is \(OptionType.choice(names).allowed)\(nearest)")
    return nil
  }

  /// Numbers and booleans become their text, so that `"bucket": 4` needs no quotes among table options.
  private mutating func parseMap(_ members: [SpecValue.Member], at path: String) -> OptionValue? {
    var map: [String: String] = [:]
    for member in members {
      let memberPath = OptionIssue.path(path, key: member.key)
      if map[member.key] != nil { report(memberPath, "given twice") }
      switch member.value {
      case .string(let text): map[member.key] = text
      case .integer(let number): map[member.key] = "\(number)"
      case .number(let number): map[member.key] = "\(number)"
      case .boolean(let flag): map[member.key] = "\(flag)"
      default: report(memberPath, "found \(member.value.found), allowed is a text")
      }
    }
    return .stringMap(map)
  }

  /// A secret as text or by reference. Messages name the reference, never what it holds.
  private mutating func parseSecret(_ value: SpecValue, at path: String) -> OptionValue? {
    switch value {
    case .string(let text):
      return .secret(Secret(text))
    case .object(let members) where members.count == 1:
      return parseReference(members[0], at: path)
    default:
      let isNumber = value.foundKind == "a number"
      report(path, "found \(value.foundKind), allowed is \(OptionType.secret.allowed)\(isNumber ? "; put it in quotes" : "")")
      return nil
    }
  }

  private mutating func parseReference(_ member: SpecValue.Member, at path: String) -> OptionValue? {
    switch (member.key, member.value) {
    case ("env", .string(let name)):
      if let text = secrets.environment(name) { return .secret(Secret(text)) }
      report(path, "the environment variable \(name) is not set")
    case ("file", .string(let name)):
      if let text = secrets.file(name) { return .secret(Secret(text.droppingLineEnd)) }
      report(path, "the file \(name) cannot be read")
    default:
      report(path, "found an object that is no reference, allowed is \(OptionType.secret.allowed)")
    }
    return nil
  }
}

extension SpecValue {
  /// The value as a duration in seconds.
  fileprivate var seconds: Double? {
    switch self {
    case .string(let text): MeasureText.seconds(text)
    case .integer(let number) where number >= 0: Double(number)
    case .number(let number) where number >= 0 && number.isFinite: number
    default: nil
    }
  }

  /// The value as a number of bytes.
  fileprivate var bytes: Int? {
    switch self {
    case .string(let text): MeasureText.bytes(text)
    case .integer(let number) where number >= 0: number
    default: nil
    }
  }
}

extension String {
  /// The text without the one line end that editors put at the end of a file.
  fileprivate var droppingLineEnd: String {
    last == "\n" || last == "\r\n" ? String(dropLast()) : self
  }
}
