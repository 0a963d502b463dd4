internal import SluiceCore

extension SingleValue {
  /// Text and bytes are cut to this many characters or bytes in bounds, as other writers do by default.
  static let boundLength = 16

  /// The least value of a file, or something before it.
  static func lowerBound(_ column: Column, as type: IcebergType) -> [UInt8]? {
    guard let bytes = bytes(column, 0, as: type) else { return nil }
    switch type {
    case .string: return prefix(bytes)
    case .binary, .fixed: return Array(bytes.prefix(boundLength))
    default: return bytes
    }
  }

  /// The greatest value of a file, or something after it; `nil` when there is nothing after it that is short.
  static func upperBound(_ column: Column, as type: IcebergType) -> [UInt8]? {
    guard let bytes = bytes(column, 0, as: type) else { return nil }
    switch type {
    case .string:
      let cut = prefix(bytes)
      return cut.count == bytes.count ? bytes : incremented(text: cut)
    case .binary, .fixed:
      if bytes.count <= boundLength { return bytes }
      guard let last = bytes.prefix(boundLength).lastIndex(where: { $0 < 0xff }) else { return nil }
      return bytes[..<last] + [bytes[last] + 1]
    default: return bytes
    }
  }

  /// The first characters of a text; all of it when it is short.
  private static func prefix(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.count <= boundLength { return bytes }
    var count = 0
    for (index, byte) in bytes.enumerated() where byte & 0xc0 != 0x80 {
      if count == boundLength { return Array(bytes[..<index]) }
      count += 1
    }
    return bytes
  }

  /// The least text that is after all that begin so; `nil` when there is none.
  private static func incremented(text bytes: [UInt8]) -> [UInt8]? {
    var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    while let last = scalars.popLast() {
      // The numbers of surrogates are no characters.
      let next = last.value == 0xd7ff ? 0xe000 : last.value + 1
      guard let scalar = Unicode.Scalar(next) else { continue }
      return scalars.flatMap { Array(String($0).utf8) } + String(scalar).utf8
    }
    return nil
  }
}
