internal import SluiceCore

/// A JSON object of a table's metadata, read member by member. What is missing or of another kind is `target-damaged` and names the member.
struct MetadataJSON {
  let members: [SpecValue.Member]
  /// What the object is, for errors: `snapshot`.
  private let what: String

  init(_ value: SpecValue?, _ what: String) throws {
    guard case .object(let members)? = value else { throw SluiceError(.targetDamaged, "Iceberg metadata: \(what) is no object") }
    self.members = members
    self.what = what
  }

  /// Reads a whole document.
  static func parse(_ bytes: [UInt8], _ what: String) throws -> SpecValue {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw SluiceError(.targetDamaged, "\(what) is not UTF-8") }
    return try parse(text, what)
  }

  static func parse(_ text: String, _ what: String) throws -> SpecValue {
    do {
      return try JSONReader.read(text)
    } catch {
      throw SluiceError(.targetDamaged, "\(what) is not valid JSON: \(error)")
    }
  }

  /// The value under `key`; `nil` when it is absent or null.
  subscript(key: String) -> SpecValue? {
    guard let value = members.first(where: { $0.key == key })?.value, value != .null else { return nil }
    return value
  }

  func string(_ key: String) throws -> String {
    guard let text = try optionalString(key) else { throw missing(key) }
    return text
  }

  func optionalString(_ key: String) throws -> String? {
    guard let value = self[key] else { return nil }
    guard case .string(let text) = value else { throw wrong(key, "a text") }
    return text
  }

  func integer(_ key: String) throws -> Int {
    guard let number = try optionalInteger(key) else { throw missing(key) }
    return number
  }

  func optionalInteger(_ key: String) throws -> Int? {
    guard let value = self[key] else { return nil }
    guard case .integer(let number) = value else { throw wrong(key, "a whole number") }
    return number
  }

  func boolean(_ key: String) throws -> Bool {
    guard case .boolean(let flag)? = self[key] else { throw wrong(key, "true or false") }
    return flag
  }

  /// The items of a list; none when it is absent.
  func array(_ key: String) throws -> [SpecValue] {
    guard let value = self[key] else { return [] }
    guard case .array(let items) = value else { throw wrong(key, "a list") }
    return items
  }

  func integers(_ key: String) throws -> [Int] {
    try array(key).map { item in
      guard case .integer(let number) = item else { throw wrong(key, "a list of whole numbers") }
      return number
    }
  }

  /// Text by key; none when it is absent.
  func texts(_ key: String) throws -> [String: String] {
    guard let value = self[key] else { return [:] }
    guard case .object(let members) = value else { throw wrong(key, "an object of texts") }
    return try members.reduce(into: [:]) { texts, member in
      guard case .string(let text) = member.value else { throw wrong(key, "an object of texts") }
      texts[member.key] = text
    }
  }

  /// The members that are not named in `known`: other writers' fields, kept as they are.
  func others(than known: Set<String>) -> [SpecValue.Member] {
    members.filter { !known.contains($0.key) }
  }

  func wrong(_ key: String, _ wanted: String) -> SluiceError {
    SluiceError(.targetDamaged, "Iceberg metadata: \(key) of the \(what) is not \(wanted)")
  }

  private func missing(_ key: String) -> SluiceError {
    SluiceError(.targetDamaged, "Iceberg metadata: the \(what) has no \(key)")
  }
}

extension SpecValue {
  /// An object of the members that have a value, in that order.
  static func members(_ members: KeyValuePairs<String, SpecValue?>, others: [Member] = []) -> SpecValue {
    .object(members.compactMap { key, value in value.map { Member(key, $0) } } + others)
  }

  static func integer(_ number: Int64) -> SpecValue { .integer(Int(number)) }

  /// Texts by key, sorted by key.
  static func texts(_ texts: [String: String]) -> SpecValue {
    .object(texts.sorted { $0.key < $1.key }.map { Member($0.key, .string($0.value)) })
  }
}
