internal import SluiceCore

/// Turns keys into bytes whose order, byte by byte and then by length, is the lake's order of keys (`KeyOrder`).
///
/// Numbers are big-endian with their sign turned over; all but a last text end in two zero bytes, with zeros within them marked.
struct KeyCodec: Sendable {
  private enum Part: Sendable {
    case bits
    case signed8, signed16, signed32, signed64, signed128
    case unsigned8, unsigned16, unsigned32, unsigned64
    case float32, float64
    case text

    init?(_ type: DataType) {
      switch type {
      case .boolean: self = .bits
      case .int8: self = .signed8
      case .int16: self = .signed16
      case .int32, .date: self = .signed32
      case .int64, .time, .timestamp, .instant: self = .signed64
      case .uint8: self = .unsigned8
      case .uint16: self = .unsigned16
      case .uint32: self = .unsigned32
      case .uint64: self = .unsigned64
      case .decimal(let precision, _): self = precision <= 18 ? .signed64 : .signed128
      case .float32: self = .float32
      case .float64: self = .float64
      case .string, .json, .binary: self = .text
      case .array, .map, .row: return nil
      }
    }

    var width: Int {
      switch self {
      case .bits, .signed8, .unsigned8: 1
      case .signed16, .unsigned16: 2
      case .signed32, .unsigned32, .float32: 4
      case .signed64, .unsigned64, .float64: 8
      case .signed128: 16
      case .text: 0
      }
    }
  }

  let types: [DataType]
  private let parts: [Part]
  /// Bytes of every key; 0 when keys differ in length.
  let width: Int

  /// Throws `defect` for a type that cannot be a key.
  init(_ types: [DataType]) throws {
    self.types = types
    parts = try types.map { type in
      guard let part = Part(type) else { throw SluiceError(.defect, "a key column of type \(type)") }
      return part
    }
    width = parts.contains { $0.width == 0 } ? 0 : parts.reduce(0) { $0 + $1.width }
  }

  /// The keys of all rows of `batch`, whose columns are the key columns and hold no null.
  func encode(_ batch: Batch) throws -> EncodedKeys {
    let views = try batch.columns.map { column in
      guard let view = KeyView(column), column.nullCount == 0 else { throw SluiceError(.targetDamaged, "a key holds a null") }
      return view
    }
    defer { withExtendedLifetime(batch) {} }
    return width > 0 ? encodeFixed(views, batch.rowCount) : encodeVarying(views, batch.rowCount)
  }

  /// What keys begin with whose first column is the one row of `column`, or would if its text went on.
  func prefix(_ column: Column) throws -> [UInt8] {
    if parts.count > 1, parts[0].width == 0 {
      var bytes: [UInt8] = []
      for byte in column.bytes(at: 0) { bytes += byte == 0 ? [0, 0xff] : [byte] }
      return bytes
    }
    let key = try KeyCodec([types[0]]).encode(Batch(columns: [column], rowCount: 1))
    return [UInt8](UnsafeRawBufferPointer(start: key.start(0), count: key.length(0)))
  }

  /// The key of a manifest's row. Throws `target-damaged`.
  func encode(_ row: BinaryRow) throws -> [UInt8] {
    let keys = try encode(Batch(columns: try row.columns(types), rowCount: 1))
    return [UInt8](UnsafeRawBufferPointer(start: keys.start(0), count: keys.length(0)))
  }

  private func encodeFixed(_ views: [KeyView], _ count: Int) -> EncodedKeys {
    let keys = EncodedKeys(width: width, count: count, byteCount: width * count)
    var offset = 0
    for (part, view) in zip(parts, views) {
      let stride = width
      var target = keys.base + offset
      func store<Value: FixedWidthInteger>(_ value: (Int) -> Value) {
        for row in 0..<count {
          target.storeBytes(of: value(row).bigEndian, as: Value.self)
          target += stride
        }
      }
      switch part {
      case .bits: store { UInt8(truncatingIfNeeded: view.slot($0)) }
      case .signed8: store { view.load($0, as: UInt8.self) ^ 1 << 7 }
      case .signed16: store { view.load($0, as: UInt16.self) ^ 1 << 15 }
      case .signed32: store { view.load($0, as: UInt32.self) ^ 1 << 31 }
      case .signed64: store { view.load($0, as: UInt64.self) ^ 1 << 63 }
      case .signed128: store { view.load($0, as: UInt128.self) ^ 1 << 127 }
      case .unsigned8: store { view.load($0, as: UInt8.self) }
      case .unsigned16: store { view.load($0, as: UInt16.self) }
      case .unsigned32: store { view.load($0, as: UInt32.self) }
      case .unsigned64: store { view.load($0, as: UInt64.self) }
      case .float32: store { Self.ordered(view.load($0, as: Float.self)) }
      case .float64: store { Self.ordered(view.load($0, as: Double.self)) }
      case .text: break
      }
      offset += part.width
    }
    return keys
  }

  private func encodeVarying(_ views: [KeyView], _ count: Int) -> EncodedKeys {
    let last = parts.count - 1
    var total = 0
    for row in 0..<count {
      for index in 0...last { total += parts[index].width > 0 ? parts[index].width : Self.textBytes(views[index].text(row), isLast: index == last) }
    }
    let keys = EncodedKeys(width: 0, count: count, byteCount: total)
    var at = 0
    keys.setEnd(of: -1, to: 0)
    for row in 0..<count {
      for index in 0...last {
        let target = keys.base + at
        let view = views[index]
        switch parts[index] {
        case .bits: target.storeBytes(of: UInt8(truncatingIfNeeded: view.slot(row)), as: UInt8.self)
        case .signed8: target.storeBytes(of: view.load(row, as: UInt8.self) ^ 1 << 7, as: UInt8.self)
        case .signed16: target.storeBytes(of: (view.load(row, as: UInt16.self) ^ 1 << 15).bigEndian, as: UInt16.self)
        case .signed32: target.storeBytes(of: (view.load(row, as: UInt32.self) ^ 1 << 31).bigEndian, as: UInt32.self)
        case .signed64: target.storeBytes(of: (view.load(row, as: UInt64.self) ^ 1 << 63).bigEndian, as: UInt64.self)
        case .signed128: target.storeBytes(of: (view.load(row, as: UInt128.self) ^ 1 << 127).bigEndian, as: UInt128.self)
        case .unsigned8: target.storeBytes(of: view.load(row, as: UInt8.self), as: UInt8.self)
        case .unsigned16: target.storeBytes(of: view.load(row, as: UInt16.self).bigEndian, as: UInt16.self)
        case .unsigned32: target.storeBytes(of: view.load(row, as: UInt32.self).bigEndian, as: UInt32.self)
        case .unsigned64: target.storeBytes(of: view.load(row, as: UInt64.self).bigEndian, as: UInt64.self)
        case .float32: target.storeBytes(of: Self.ordered(view.load(row, as: Float.self)).bigEndian, as: UInt32.self)
        case .float64: target.storeBytes(of: Self.ordered(view.load(row, as: Double.self)).bigEndian, as: UInt64.self)
        case .text: at += Self.store(view.text(row), isLast: index == last, to: target)
        }
        at += parts[index].width
      }
      keys.setEnd(of: row, to: at)
    }
    return keys
  }

  private static func textBytes(_ text: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int {
    if isLast { return text.count }
    var zeros = 0
    for byte in text where byte == 0 { zeros += 1 }
    return text.count + zeros + 2
  }

  private static func store(_ text: UnsafeBufferPointer<UInt8>, isLast: Bool, to target: UnsafeMutableRawPointer) -> Int {
    if isLast {
      if let base = text.baseAddress { target.copyMemory(from: base, byteCount: text.count) }
      return text.count
    }
    var at = 0
    for byte in text {
      target.storeBytes(of: byte, toByteOffset: at, as: UInt8.self)
      at += 1
      if byte == 0 {
        target.storeBytes(of: 0xff, toByteOffset: at, as: UInt8.self)
        at += 1
      }
    }
    target.storeBytes(of: 0, toByteOffset: at, as: UInt16.self)
    return at + 2
  }

  /// Bits that order as the numbers do, one NaN after infinity.
  private static func ordered(_ value: Double) -> UInt64 {
    let bits = (value.isNaN ? Double.nan : value).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }

  private static func ordered(_ value: Float) -> UInt32 {
    let bits = (value.isNaN ? Float.nan : value).bitPattern
    return bits >> 31 == 1 ? ~bits : bits | 1 << 31
  }
}
