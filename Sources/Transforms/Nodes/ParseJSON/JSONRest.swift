import SluiceCore

/// The members of an object that no field names, as one column: a JSON object, or a map of texts.
struct JSONRest: Sendable {
  let path: FieldPath
  let name: String
  let isMap: Bool

  var type: DataType { isMap ? .map(key: .string, value: .string) : .json }

  /// Appends what was collected from one document, or NULL where there was no such object.
  func append(_ members: [JSONPass.Member], base: UnsafePointer<UInt8>, hasObject: Bool, to builder: inout ColumnBuilder) {
    guard hasObject else { return builder.appendNull() }
    var keys: [[UInt8]] = []
    var places: [[UInt8]: Int] = [:]
    for (place, member) in members.enumerated() {
      var key: [UInt8] = []
      let raw = UnsafeBufferPointer(start: base + Int(member.keyStart), count: Int(member.keyCount))
      // A key whose escapes stand for nothing is taken as it is written.
      if !member.isEscapedKey || !JSONEscapes.append(raw, to: &key) { key = Array(raw) }
      // Of a key that comes twice, the last value counts.
      if let known = places.updateValue(place, forKey: key) { keys[known] = [] }
      keys.append(key)
    }
    if isMap { appendMap(members, keys, places, base, &builder) } else { appendObject(members, keys, places, base, &builder) }
  }

  private func appendObject(
    _ members: [JSONPass.Member], _ keys: [[UInt8]], _ places: [[UInt8]: Int], _ base: UnsafePointer<UInt8>, _ builder: inout ColumnBuilder
  ) {
    var text: [UInt8] = [0x7b]
    for (place, member) in members.enumerated() where places[keys[place]] == place {
      if text.count > 1 { text.append(0x2c) }
      text.append(0x22)
      text += UnsafeBufferPointer(start: base + Int(member.keyStart), count: Int(member.keyCount))
      text += [0x22, 0x3a]
      let quotes = member.value.kind == .text || member.value.kind == .escapedText ? 1 : 0
      text += UnsafeBufferPointer(start: base + Int(member.value.start) - quotes, count: member.value.count + 2 * quotes)
    }
    text.append(0x7d)
    text.withUnsafeBufferPointer { text in builder.append(bytes: text.baseAddress ?? base, count: text.count) }
  }

  private func appendMap(
    _ members: [JSONPass.Member], _ keys: [[UInt8]], _ places: [[UInt8]: Int], _ base: UnsafePointer<UInt8>, _ builder: inout ColumnBuilder
  ) {
    for (place, member) in members.enumerated() where places[keys[place]] == place {
      keys[place].withUnsafeBufferPointer { key in builder.children[0].children[0].append(bytes: key.baseAddress ?? base, count: key.count) }
      Self.append(member.value, base, &builder.children[0].children[1])
      builder.children[0].appendRow()
    }
    builder.appendList()
  }

  private static func append(_ value: JSONSpan, _ base: UnsafePointer<UInt8>, _ builder: inout ColumnBuilder) {
    switch value.kind {
    case .null, .missing: builder.appendNull()
    case .escapedText:
      var text: [UInt8] = []
      let raw = UnsafeBufferPointer(start: base + Int(value.start), count: value.count)
      if !JSONEscapes.append(raw, to: &text) { text = Array(raw) }
      text.withUnsafeBufferPointer { text in builder.append(bytes: text.baseAddress ?? base, count: text.count) }
    default: builder.append(bytes: base + Int(value.start), count: value.count)
    }
  }
}
