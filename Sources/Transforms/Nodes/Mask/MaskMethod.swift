import SluiceCore

/// How values are masked.
enum MaskMethod: Sendable {
  case keep(first: Int, last: Int, with: UInt8)
  case full(with: UInt8)
  case null
  case hash(salt: Secret)
  case hmac(key: Secret)
  case shape(MaskShape, with: UInt8)
  case round(to: Double)
  case date(Unit)

  enum Name: String, CaseIterable {
    case keep, full, null, hash, hmac, email, phone, card, id, round, date
  }

  enum Unit: String, CaseIterable, Sendable {
    case year, quarter, month, week, day, hour, minute
  }

  init(_ options: OptionValues, at path: String) throws {
    let mask = Array((options.string("with") ?? "*").utf8)
    guard mask.count == 1, mask[0] > 0x20, mask[0] < 0x7f else { throw OptionIssues(path, key: "with", "allowed is one visible ASCII character") }
    let name = options.string("method").flatMap(Name.init(rawValue:)) ?? .keep
    func required<Value>(_ value: Value?, _ key: String) throws -> Value {
      guard let value else { throw OptionIssues(path, key: key, "missing; the method \"\(name.rawValue)\" needs it") }
      return value
    }
    func secret(_ key: String) throws -> Secret {
      let secret = try required(options.secret(key), key)
      if secret.reveal().isEmpty { throw OptionIssues(path, key: key, "is empty") }
      return secret
    }
    switch name {
    case .keep: self = .keep(first: options.integer("keepFirst") ?? 0, last: options.integer("keepLast") ?? 0, with: mask[0])
    case .full: self = .full(with: mask[0])
    case .null: self = .null
    case .hash: self = .hash(salt: try secret("salt"))
    case .hmac: self = .hmac(key: try secret("key"))
    case .email: self = .shape(.email, with: mask[0])
    case .phone: self = .shape(.phone, with: mask[0])
    case .card: self = .shape(.card, with: mask[0])
    case .id: self = .shape(.id, with: mask[0])
    case .round: self = .round(to: try required(options.number("to"), "to"))
    case .date: self = .date(try required(options.string("unit").flatMap(Unit.init(rawValue:)), "unit"))
    }
  }

  var name: String {
    switch self {
    case .keep: "keep"
    case .full: "full"
    case .null: "null"
    case .hash: "hash"
    case .hmac: "hmac"
    case .shape(let shape, _): shape.rawValue
    case .round: "round"
    case .date: "date"
    }
  }

  /// Whether different values become different ones.
  var keepsDifferences: Bool {
    switch self {
    case .hash, .hmac: true
    default: false
    }
  }

  /// The mask of columns of a type; `nil` for types that it cannot mask.
  func rewrite(of type: DataType) -> (any ColumnRewrite)? {
    switch self {
    case .null: return NullMask(type: type)
    case .full(let mask): return type == .string ? FixedTextMask(text: [UInt8](repeating: mask, count: 3)) : ZeroMask(of: type)
    case .round(let step): return RoundMask(of: type, to: step)
    case .date(let unit): return DateMask(of: type, unit: unit)
    case .hash(let salt): return TextOfColumn(type, allowsBinary: true).map { DigestMask(source: $0, secret: salt, isKeyed: false) }
    case .hmac(let key): return TextOfColumn(type, allowsBinary: true).map { DigestMask(source: $0, secret: key, isKeyed: true) }
    case .keep(let first, let last, let mask):
      return TextOfColumn(type).map { KeepMask(source: $0, first: first, last: last, mask: mask) }
    case .shape(let shape, let mask): return TextOfColumn(type).map { ShapeMask(source: $0, shape: shape, mask: mask) }
    }
  }
}
