internal import Foundation
internal import SluiceCore

/// One row in Paimon's binary form with its big-endian arity in front: what manifests hold for partitions, keys and bounds.
struct BinaryRow: Hashable, Sendable {
  let bytes: [UInt8]

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The row without fields.
  static let empty = BinaryRow(bytes: [UInt8](repeating: 0, count: 12))

  /// Row `row` of scalar columns.
  init(_ columns: [Column], row: Int) {
    let encoder = BinaryRowEncoder(arity: columns.count)
    let views = columns.compactMap(KeyView.init)
    let body = views.withUnsafeBufferPointer { views in Array(encoder.encode(views, row: row)) }
    withExtendedLifetime(columns) {}
    let arity = UInt32(views.count)
    bytes = [UInt8(arity >> 24 & 0xff), UInt8(arity >> 16 & 0xff), UInt8(arity >> 8 & 0xff), UInt8(arity & 0xff)] + body
  }

  var arity: Int {
    guard bytes.count >= 12 else { return 0 }
    return bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The fields as columns of one row. Throws `target-damaged` when the bytes do not hold a row of `types`.
  func columns(_ types: [DataType]) throws -> [Column] {
    guard arity == types.count else { throw Self.damaged("\(arity) fields where \(types.count) are expected") }
    return try bytes.withUnsafeBytes { raw in
      let body = UnsafeRawBufferPointer(rebasing: raw[4...])
      let header = (types.count + 63 + 8) / 64 * 8
      guard body.count >= header + types.count * 8 else { throw Self.damaged("\(body.count) bytes") }
      return try types.enumerated().map { index, type in
        var builder = ColumnBuilder(type: type, capacity: 1)
        if body[(index + 8) >> 3] & (1 << UInt8((index + 8) & 7)) != 0 {
          builder.appendNull()
        } else {
          try Self.append(slotAt: header + index * 8, of: body, to: &builder)
        }
        return builder.finish()
      }
    }
  }

  private static func append(slotAt at: Int, of body: UnsafeRawBufferPointer, to builder: inout ColumnBuilder) throws {
    let slot = UInt64(littleEndian: body.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    let offset = Int(slot >> 32)
    let low = Int(slot & 0xffff_ffff)
    func variable(_ count: Int) throws -> UnsafeRawBufferPointer {
      guard offset + count <= body.count else { throw damaged("a field ends at \(offset + count) of \(body.count) bytes") }
      return UnsafeRawBufferPointer(rebasing: body[offset..<(offset + count)])
    }
    switch KeyView.kind(of: builder.type) {
    case .bits: builder.append(boolean: slot & 1 == 1)
    case .width1: builder.append(UInt8(truncatingIfNeeded: slot))
    case .width2: builder.append(UInt16(truncatingIfNeeded: slot))
    case .width4: builder.append(UInt32(truncatingIfNeeded: slot))
    case .width8: builder.append(slot)
    case .time: builder.append(Int64(Int32(truncatingIfNeeded: slot)) * 1000)
    case .micros:
      let millis = Int64(littleEndian: try variable(8).loadUnaligned(as: Int64.self))
      builder.append(millis &* 1_000 &+ Int64(low / 1_000))
    case .nanos:
      let millis = Int64(littleEndian: try variable(8).loadUnaligned(as: Int64.self))
      builder.append(millis &* 1_000_000 &+ Int64(low))
    case .wideDecimal:
      let digits = try variable(low)
      guard let first = digits.first, digits.count <= 16 else { throw damaged("a decimal of \(low) bytes") }
      builder.append(unscaled: digits.reduce(first >= 0x80 ? -1 : 0) { $0 << 8 | Int128($1) })
    case .bytes:
      let mark = UInt8(truncatingIfNeeded: slot >> 56)
      if mark & 0x80 != 0, mark & 0x7f > 7 { throw damaged("an inline text of \(mark & 0x7f) bytes") }
      let text =
        mark & 0x80 != 0 ? UnsafeRawBufferPointer(rebasing: body[at..<(at + Int(mark & 0x7f))]) : try variable(low)
      text.withMemoryRebound(to: UInt8.self) { utf8 in
        if let base = utf8.baseAddress { builder.append(bytes: base, count: utf8.count) } else { builder.append(text: "") }
      }
    case nil: throw damaged("a field of type \(builder.type)")
    }
  }

  private static func damaged(_ what: String) -> SluiceError {
    SluiceError(.targetDamaged, "a row of the table's metadata holds \(what)")
  }
}

extension BinaryRow: Codable {
  init(from decoder: any Decoder) throws {
    bytes = [UInt8](try decoder.singleValueContainer().decode(Data.self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Data(bytes))
  }
}
