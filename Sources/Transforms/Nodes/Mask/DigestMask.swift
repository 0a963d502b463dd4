import CTransforms
import SluiceCore

/// SHA-256 of a salt and the value, or HMAC-SHA-256, as 64 hexadecimal digits. Equal texts in columns of any type give equal digests.
struct DigestMask: ColumnRewrite {
  let type = DataType.string
  let source: TextOfColumn
  let secret: Secret
  let isKeyed: Bool

  var note: String? { "masked" }
  var keepsDifferences: Bool { true }

  private static let digits = 64

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    let texts = try source.texts(of: column)
    guard texts.count > 0 else { return texts.relabelled(.string) }
    guard texts.count < Int(Int32.max) / Self.digits else { throw SluiceError(.defect, "a batch of \(texts.count) rows") }
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: texts.count * Self.digits)
    // A column in which no byte was ever stored may have no buffer; every text is empty then.
    let base = texts.bytes.map { UnsafePointer($0.base.assumingMemoryBound(to: UInt8.self)) } ?? UnsafePointer(bytes)
    Array(secret.reveal().utf8).withUnsafeBufferPointer { secret in
      if isKeyed {
        st_hmac_sha256_hex(secret.baseAddress, secret.count, texts.offsets, base, Int64(texts.count), bytes)
      } else {
        st_digest_hex(ST_SHA256, secret.baseAddress, secret.count, texts.offsets, base, Int64(texts.count), bytes)
      }
    }
    let offsets = UnsafeMutablePointer<Int32>.allocate(capacity: texts.offset + texts.count + 1)
    offsets.initialize(repeating: 0, count: texts.offset)
    for row in 0...texts.count { (offsets + texts.offset + row).initialize(to: Int32(row * Self.digits)) }
    return Column(
      type: .string, count: texts.count, nullCount: texts.nullCount, offset: texts.offset, validity: texts.validity,
      values: Buffer(adopting: UnsafeMutableRawPointer(offsets), byteCount: (texts.offset + texts.count + 1) * 4),
      bytes: Buffer(adopting: UnsafeMutableRawPointer(bytes), byteCount: texts.count * Self.digits))
  }
}
