import CTransforms
public import SluiceCore

/// A message digest of each value of a column of text or binary.
struct Digest: Sendable {
  private let kind: st_digest

  init(_ kind: st_digest) {
    self.kind = kind
  }

  /// In lower case hexadecimal digits; `salt` is digested before each value.
  func hex(of vector: Vector, salt: [UInt8] = [], rows: Int) -> Vector {
    let column = vector.materialized(count: rows)
    let width = Int(st_digest_size(kind)) * 2
    return Vector(Self.fixedWidth(column, width) { st_digest_hex(kind, salt, salt.count, column.offsets, column.textBase, Int64(rows), $0) })
  }

  /// Texts of equal width, which `fill` writes one after the other.
  static func fixedWidth(_ column: Column, _ width: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) -> Column {
    let rows = column.count
    let bytes = Buffer.room(rows * width)
    fill(bytes.octets)
    let offsets = Buffer.room((rows + 1) * 4)
    let offset = offsets.base.assumingMemoryBound(to: Int32.self)
    for row in 0...rows { offset[row] = Int32(truncatingIfNeeded: row &* width) }
    let nulls = NullBits.union([Vector(column)], rows: rows)
    return Column(type: .string, count: rows, nullCount: nulls.count, validity: nulls.buffer, values: offsets, bytes: bytes)
  }
}

/// SHA-256 of values with a salt before each, or HMAC-SHA-256 with a key: equal values give equal digits, so that joins still work.
public struct KeyedDigest: Sendable {
  private let secret: [UInt8]
  private let isHMAC: Bool

  /// HMAC-SHA-256 (RFC 2104).
  public init(key: [UInt8]) {
    secret = key
    isHMAC = true
  }

  /// SHA-256 of the salt and the value.
  public init(salt: [UInt8]) {
    secret = salt
    isHMAC = false
  }

  /// 64 lower case hexadecimal digits for each value of `column`, which has a `.bytes` layout; NULL for NULL.
  public func hex(of column: Column) -> Column {
    guard isHMAC else { return Digest(ST_SHA256).hex(of: Vector(column), salt: secret, rows: column.count).column }
    return Digest.fixedWidth(column, 64) { st_hmac_sha256_hex(secret, secret.count, column.offsets, column.textBase, Int64(column.count), $0) }
  }
}
