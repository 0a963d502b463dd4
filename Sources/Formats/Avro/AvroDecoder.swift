internal import SluiceCore

/// Reads Avro's binary encoding. Bytes that are not valid give `target-damaged`, never a trap or unbounded memory.
struct AvroDecoder {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0
  private let named: [String: AvroType]
  private var depth = 0
  /// Values that take no bytes are cheap to claim, so their number is limited.
  private var emptyValuesLeft = 1 << 20

  private static let maximumDepth = 64

  init(_ bytes: UnsafeRawBufferPointer, named: [String: AvroType] = [:]) {
    self.bytes = bytes
    self.named = named
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func value(_ type: AvroType) throws -> AvroValue {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth { throw damaged("values are nested too deeply") }
    switch type {
    case .null: return .null
    case .boolean: return .boolean(try boolean())
    case .int: return .int(try int())
    case .long: return .long(try long())
    case .float: return .float(Float(bitPattern: try number(UInt32.self)))
    case .double: return .double(Double(bitPattern: try number(UInt64.self)))
    case .bytes: return .bytes(try sizedBytes())
    case .string: return .string(try string())
    case .fixed(_, let size): return .fixed([UInt8](try take(size)))
    case .enumeration(let name, let symbols):
      let index = Int(try int())
      guard symbols.indices.contains(index) else { throw damaged("enum \(name) has no symbol \(index)") }
      return .enumeration(symbols[index])
    case .union(let branches):
      let index = Int(try int())
      guard branches.indices.contains(index) else { throw damaged("a union has no branch \(index)") }
      return try value(branches[index])
    case .array(let item):
      var items: [AvroValue] = []
      try blocks { decoder in items.append(try decoder.value(item)) }
      return .array(items)
    case .map(let item):
      var entries: [String: AvroValue] = [:]
      try blocks { decoder in entries[try decoder.string()] = try decoder.value(item) }
      return .map(entries)
    case .record(_, let fields):
      var members: [AvroValue.Member] = []
      members.reserveCapacity(fields.count)
      for field in fields { members.append(AvroValue.Member(field.name, try value(field.type))) }
      return .record(members)
    case .reference(let name):
      guard let type = named[name] else { throw damaged("type \(name) is not defined") }
      return try value(type)
    }
  }

  /// Calls `body` `count` times; it must take bytes, but for a limited number of times.
  mutating func repeated(_ count: UInt64, _ body: (inout AvroDecoder) throws -> Void) throws {
    var left = count
    while left > 0 {
      let before = position
      try body(&self)
      left -= 1
      if position == before {
        emptyValuesLeft -= 1
        if emptyValuesLeft < 0 { throw damaged("too many values without content") }
      }
    }
  }

  private mutating func blocks(_ body: (inout AvroDecoder) throws -> Void) throws {
    while true {
      let count = try long()
      if count == 0 { return }
      // A negative count is followed by the block's size in bytes, for readers that skip.
      if count < 0 { _ = try long() }
      try repeated(count.magnitude, body)
    }
  }

  private mutating func boolean() throws -> Bool {
    switch try take(1)[0] {
    case 0: return false
    case 1: return true
    default: throw damaged("a boolean is neither 0 nor 1")
    }
  }

  private mutating func int() throws -> Int32 {
    guard let value = Int32(exactly: try long()) else { throw damaged("an int has more than 32 bits") }
    return value
  }

  mutating func long() throws -> Int64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < bytes.count else { throw damaged("the bytes end within a number") }
      let byte = bytes[position]
      position += 1
      guard shift < 63 || (shift == 63 && byte <= 1) else { throw damaged("a number has more than 64 bits") }
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { break }
      shift += 7
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func sizedBytes() throws -> [UInt8] {
    [UInt8](try sized())
  }

  mutating func string() throws -> String {
    guard let text = String(validating: try sized(), as: UTF8.self) else { throw damaged("a string is not UTF-8") }
    return text
  }

  mutating func sized() throws -> UnsafeRawBufferPointer {
    try take(try long())
  }

  mutating func take(_ count: some BinaryInteger) throws -> UnsafeRawBufferPointer {
    guard count >= 0, count <= bytes.count - position else { throw damaged("a length reaches beyond the end") }
    defer { position += Int(count) }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(count)])
  }

  private mutating func number<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws -> Value {
    Value(littleEndian: try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self))
  }

  func damaged(_ message: String) -> SluiceError {
    SluiceError(.targetDamaged, "Avro: \(message)")
  }
}
