/// A document as a tree whose leaves are printed already: what differences are applied to.
indirect enum JSONNode {
  case scalar([UInt8])
  case array([JSONNode])
  /// In the server's order of keys.
  case object([Member])

  struct Member {
    let key: [UInt8]
    var value: JSONNode

    /// Whether it stands before a key: shorter ones first, then by bytes.
    func isBefore(_ other: [UInt8]) -> Bool {
      key.count != other.count ? key.count < other.count : key.lexicographicallyPrecedes(other)
    }
  }

  /// Changes the value at a path with `change`; `false` where there is none.
  mutating func update(_ path: ArraySlice<JSONPath.Leg>, _ change: (inout JSONNode) -> Bool) -> Bool {
    guard let leg = path.first else { return change(&self) }
    switch (self, leg) {
    case (.array(var elements), .element(let index)):
      guard index < elements.count else { return false }
      // The tree holds no second reference while it is changed.
      self = .scalar([])
      defer { self = .array(elements) }
      return elements[index].update(path.dropFirst(), change)
    case (.object(var members), .member(let key)):
      guard let index = members.firstIndex(where: { $0.key == key }) else { return false }
      self = .scalar([])
      defer { self = .object(members) }
      return members[index].value.update(path.dropFirst(), change)
    default: return false
    }
  }

  /// Puts a value into this container; `false` where that is impossible. Behind the end of an array is its end.
  mutating func insert(_ value: JSONNode, at leg: JSONPath.Leg) -> Bool {
    switch (self, leg) {
    case (.array(var elements), .element(let index)):
      elements.insert(value, at: min(index, elements.count))
      self = .array(elements)
      return true
    case (.object(var members), .member(let key)):
      let index = members.firstIndex { !$0.isBefore(key) } ?? members.count
      if index < members.count, members[index].key == key { return false }
      members.insert(Member(key: key, value: value), at: index)
      self = .object(members)
      return true
    default: return false
    }
  }

  /// Takes a value out of this container; `false` where it is not there.
  mutating func remove(at leg: JSONPath.Leg) -> Bool {
    switch (self, leg) {
    case (.array(var elements), .element(let index)):
      guard index < elements.count else { return false }
      elements.remove(at: index)
      self = .array(elements)
      return true
    case (.object(var members), .member(let key)):
      guard let index = members.firstIndex(where: { $0.key == key }) else { return false }
      members.remove(at: index)
      self = .object(members)
      return true
    default: return false
    }
  }

  /// Appends the document as the server prints it.
  func render(to text: inout [UInt8]) {
    switch self {
    case .scalar(let printed): text += printed
    case .array(let elements):
      text.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { text += [UInt8(ascii: ","), UInt8(ascii: " ")] }
        element.render(to: &text)
      }
      text.append(UInt8(ascii: "]"))
    case .object(let members):
      text.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { text += [UInt8(ascii: ","), UInt8(ascii: " ")] }
        member.key.withUnsafeBytes { JSONString.append($0, to: &text) }
        text += [UInt8(ascii: ":"), UInt8(ascii: " ")]
        member.value.render(to: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
  }
}
