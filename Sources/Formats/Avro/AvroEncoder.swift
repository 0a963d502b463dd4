internal import SluiceCore

/// Writes Avro's binary encoding.
struct AvroEncoder {
  var bytes: [UInt8] = []
  private let named: [String: AvroType]

  init(named: [String: AvroType] = [:]) {
    self.named = named
  }

  /// Appends `value` as `type` says. Throws `defect` when it does not fit.
  mutating func append(_ value: AvroValue, as type: AvroType) throws {
    switch (type, value) {
    case (.null, .null): break
    case (.boolean, .boolean(let flag)): bytes.append(flag ? 1 : 0)
    case (.int, _):
      guard let number = value.integer, Int32(exactly: number) != nil else { throw misfit(value, type) }
      append(long: Int64(number))
    case (.long, _):
      guard let number = value.integer else { throw misfit(value, type) }
      append(long: Int64(number))
    case (.float, .float(let number)): append(number.bitPattern)
    case (.double, _):
      guard let number = value.number else { throw misfit(value, type) }
      append(number.bitPattern)
    case (.bytes, .bytes(let content)): append(content)
    case (.string, .string(let text)): append(text)
    case (.fixed(_, let size), .fixed(let content)) where content.count == size: bytes += content
    case (.enumeration(_, let symbols), .enumeration(let symbol)):
      guard let index = symbols.firstIndex(of: symbol) else { throw misfit(value, type) }
      append(long: Int64(index))
    case (.array(let item), .array(let items)):
      if !items.isEmpty { append(long: Int64(items.count)) }
      for each in items { try append(each, as: item) }
      append(long: 0)
    case (.map(let item), .map(let entries)):
      if !entries.isEmpty { append(long: Int64(entries.count)) }
      for (key, each) in entries.sorted(by: { $0.key < $1.key }) {
        append(key)
        try append(each, as: item)
      }
      append(long: 0)
    case (.record(_, let fields), .record(let members)): try append(members, as: fields)
    case (.union(let branches), _):
      guard let index = branches.firstIndex(where: { accepts($0, value) }) else { throw misfit(value, type) }
      append(long: Int64(index))
      try append(value, as: branches[index])
    case (.reference(let name), _):
      guard let type = named[name] else { throw SluiceError(.defect, "Avro type \(name) is not defined") }
      try append(value, as: type)
    default: throw misfit(value, type)
    }
  }

  /// Members are found by name; an absent one is null.
  private mutating func append(_ members: [AvroValue.Member], as fields: [AvroType.Field]) throws {
    var found = 0
    for (index, field) in fields.enumerated() {
      let isInPlace = index < members.count && members[index].name == field.name
      let member = isInPlace ? members[index] : members.first { $0.name == field.name }
      if member != nil { found += 1 }
      do {
        try append(member?.value ?? .null, as: field.type)
      } catch let error as SluiceError {
        throw SluiceError(error.kind, "\(field.name): \(error.message)")
      }
    }
    guard found == members.count else { throw SluiceError(.defect, "an Avro record has members that its schema does not name") }
  }

  private func accepts(_ type: AvroType, _ value: AvroValue) -> Bool {
    switch (type, value) {
    case (.null, .null), (.boolean, .boolean), (.long, .int), (.long, .long), (.int, .int), (.float, .float), (.double, .double), (.double, .float),
      (.bytes, .bytes), (.string, .string), (.array, .array), (.map, .map):
      true
    case (.int, .long(let number)): Int32(exactly: number) != nil
    case (.fixed(_, let size), .fixed(let content)): content.count == size
    case (.enumeration(_, let symbols), .enumeration(let symbol)): symbols.contains(symbol)
    case (.record(_, let fields), .record(let members)): members.allSatisfy { member in fields.contains { $0.name == member.name } }
    case (.reference(let name), _): named[name].map { accepts($0, value) } ?? false
    default: false
    }
  }

  mutating func append(long value: Int64) {
    var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func append(_ content: [UInt8]) {
    append(long: Int64(content.count))
    bytes += content
  }

  mutating func append(_ text: String) {
    append(long: Int64(text.utf8.count))
    bytes += text.utf8
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  /// Says what did not fit without showing the value.
  private func misfit(_ value: AvroValue, _ type: AvroType) -> SluiceError {
    let kind = "\(value)".prefix { $0 != "(" }
    let wanted = "\(type)".prefix { $0 != "(" }
    return SluiceError(.defect, "Avro \(kind) does not fit \(wanted)")
  }
}
