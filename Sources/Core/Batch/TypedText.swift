/// Reads text back into a column: what `ValueText.text` writes, and what people write in its place. Nothing is bent: what does not fit the
/// type exactly is refused.
public enum TypedText {
  /// Appends one value. Answers what is wrong, in a few words without the value; `nil` when it was appended.
  public static func append(_ cell: RowImage.Cell, to builder: inout ColumnBuilder) -> String? {
    switch cell {
    case .null: builder.appendNull()
    case .masked: return "the value was not kept, because the column is sensitive"
    case .cut: return "the value was too long to be kept"
    case .bytes(let bytes):
      guard builder.type == .binary else { return "no valid UTF-8" }
      append(bytes, to: &builder)
    case .text(let text):
      if !append(text, to: &builder) { return "no value of the type \(builder.type)" }
    }
    return nil
  }

  private static func append(_ text: String, to builder: inout ColumnBuilder) -> Bool {
    switch builder.type {
    case .boolean:
      guard let flag = ["true": true, "1": true, "false": false, "0": false][text] else { return false }
      builder.append(boolean: flag)
      return true
    case .int8: return append(Int8(text), to: &builder)
    case .int16: return append(Int16(text), to: &builder)
    case .int32: return append(Int32(text), to: &builder)
    case .int64: return append(Int64(text), to: &builder)
    case .uint8: return append(UInt8(text), to: &builder)
    case .uint16: return append(UInt16(text), to: &builder)
    case .uint32: return append(UInt32(text), to: &builder)
    case .uint64: return append(UInt64(text), to: &builder)
    case .float32: return append(Float(text), to: &builder)
    case .float64: return append(Double(text), to: &builder)
    case .decimal(let precision, let scale):
      guard let value = decimal(text, precision: precision, scale: scale) else { return false }
      builder.append(unscaled: value)
      return true
    case .string:
      builder.append(text: text)
      return true
    case .json:
      guard (try? JSONReader.read(text)) != nil else { return false }
      builder.append(text: text)
      return true
    case .binary:
      guard text.hasPrefix("0x"), let bytes = HexText.bytes(text.dropFirst(2)) else { return false }
      append(bytes, to: &builder)
      return true
    case .date:
      guard let days = CalendarReader.date(text) else { return false }
      return append(Int32(exactly: days), to: &builder)
    case .time(let precision): return append(CalendarReader.time(text, perSecond: 1_000_000, digits: precision), to: &builder)
    case .timestamp(let precision): return append(CalendarReader.timestamp(text, precision: precision), to: &builder)
    case .instant(let precision):
      let isUTC = text.hasSuffix("Z")
      return append(CalendarReader.timestamp(isUTC ? String(text.dropLast()) : text, precision: precision), to: &builder)
    case .array, .map, .row: return false
    }
  }

  private static func append<Value: BitwiseCopyable>(_ value: Value?, to builder: inout ColumnBuilder) -> Bool {
    guard let value else { return false }
    builder.append(value)
    return true
  }

  private static func append(_ bytes: [UInt8], to builder: inout ColumnBuilder) {
    bytes.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { builder.append(bytes: base, count: bytes.count) } else { builder.append(text: "") }
    }
  }

  /// Digits with at most `scale` of them after the point.
  private static func decimal(_ text: String, precision: Int, scale: Int) -> Int128? {
    let isNegative = text.hasPrefix("-")
    let parts = (isNegative ? text.dropFirst() : text[...]).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty else { return nil }
    let fraction = parts.count > 1 ? parts[1] : ""
    guard parts.count == 1 || !fraction.isEmpty, fraction.count <= scale else { return nil }
    let digits = whole + fraction + String(repeating: "0", count: scale - fraction.count)
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    let significant = digits.drop { $0 == "0" }
    guard significant.count <= precision else { return nil }
    guard let value = significant.isEmpty ? 0 : Int128(significant) else { return nil }
    return isNegative ? -value : value
  }
}
