public import SluiceCore

extension SpecValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) {
    self = .string(value)
  }
}

extension SpecValue: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) {
    self = .integer(value)
  }
}

extension SpecValue: ExpressibleByBooleanLiteral {
  public init(booleanLiteral value: Bool) {
    self = .boolean(value)
  }
}

extension SpecValue: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Double) {
    self = .number(value)
  }
}

extension SpecValue: ExpressibleByNilLiteral {
  public init(nilLiteral: ()) {
    self = .null
  }
}

extension SpecValue: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: SpecValue...) {
    self = .array(elements)
  }
}

extension SpecValue: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, SpecValue)...) {
    self = .object(elements.map { .init($0, $1) })
  }
}

extension SpecValue {
  public init(_ object: [String: SpecValue]) {
    self = .object(object.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
  }

  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  public var integer: Int? {
    if case .integer(let number) = self { number } else { nil }
  }

  public var flag: Bool? {
    if case .boolean(let flag) = self { flag } else { nil }
  }

  /// The items of a list; of everything else none.
  public var items: [SpecValue] {
    if case .array(let items) = self { items } else { [] }
  }

  /// The members of an object; of everything else none.
  public var members: [String: SpecValue] {
    guard case .object(let members) = self else { return [:] }
    return Dictionary(members.map { ($0.key, $0.value) }) { $1 }
  }

  /// The object with the members of `other` on top; objects in both are merged in turn.
  public func merging(_ other: SpecValue) -> SpecValue {
    guard case .object(let mine) = self, case .object(let theirs) = other else { return other }
    let added = theirs.filter { self[$0.key] == nil }
    return .object(mine.map { .init($0.key, other[$0.key].map($0.value.merging) ?? $0.value) } + added)
  }
}
