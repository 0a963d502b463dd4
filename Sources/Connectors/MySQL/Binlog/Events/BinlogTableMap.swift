internal import Glibc
internal import SluiceCore

/// What the log says of the table that row events refer to. Two events with equal bytes give the same object.
final class BinlogTableMap: Sendable {
  /// The server's number of the opened table.
  let number: UInt64
  let table: TableID
  let columns: [WireColumn]
  /// Positions of the key's columns, where the log tells them.
  let primaryKey: [Int]?
  /// The event's body, to recognize it by.
  private let bytes: [UInt8]

  /// A column as its values are packed.
  struct WireColumn: Sendable {
    /// The type's code; that of ENUM and SET where they are packed as strings.
    let type: WireType
    /// What the type needs besides: length, precision, fractional digits. Two bytes, the first one lowest; of strings the greatest length.
    let metadata: Int
    var isNullable = true
    /// The rest is known where the server logs full metadata.
    var name: String?
    var isUnsigned: Bool?
    var collation: Int?
    /// Members of an ENUM or SET, in the column's character set.
    var members: [[UInt8]]?
    var isVisible: Bool?
    var geometryType: Int?
    var dimension: Int?
  }

  /// The type codes of packed values.
  struct WireType: Hashable, Sendable {
    let code: UInt8

    static let tiny = Self(code: 1), short = Self(code: 2), long = Self(code: 3), float = Self(code: 4), double = Self(code: 5)
    static let null = Self(code: 6), timestamp = Self(code: 7), longLong = Self(code: 8), int24 = Self(code: 9), date = Self(code: 10)
    static let time = Self(code: 11), dateTime = Self(code: 12), year = Self(code: 13), newDate = Self(code: 14), varchar = Self(code: 15)
    static let bit = Self(code: 16), timestamp2 = Self(code: 17), dateTime2 = Self(code: 18), time2 = Self(code: 19)
    static let compressedBlob = Self(code: 140), compressedVarchar = Self(code: 141), vector = Self(code: 242), json = Self(code: 245)
    static let decimal = Self(code: 246), enumeration = Self(code: 247), set = Self(code: 248), tinyBlob = Self(code: 249)
    static let mediumBlob = Self(code: 250), longBlob = Self(code: 251), blob = Self(code: 252), varString = Self(code: 253)
    static let string = Self(code: 254), geometry = Self(code: 255)

    var isNumeric: Bool { [.tiny, .short, .int24, .long, .longLong, .decimal, .float, .double].contains(self) }

    /// Whether the metadata tells a character set of it. MySQL counts vectors among the blobs, MariaDB geometries.
    func isCharacter(isMariaDB: Bool) -> Bool {
      self == (isMariaDB ? .geometry : .vector)
        || [.string, .varString, .varchar, .blob, .tinyBlob, .mediumBlob, .longBlob, .compressedBlob, .compressedVarchar].contains(self)
    }

    var isMembers: Bool { self == .enumeration || self == .set }
  }

  init(_ body: UnsafeRawBufferPointer, fixedLength: Int, isMariaDB: Bool) throws {
    var cursor = BinlogCursor(body, "a table map")
    number = try cursor.littleEndian(fixedLength == 6 ? 4 : 6)
    try cursor.skip(2)
    let database = try cursor.text(Int(try cursor.uint8()))
    try cursor.skip(1)
    let name = try cursor.text(Int(try cursor.uint8()))
    try cursor.skip(1)
    table = TableID(database: database, name: name)
    let count = try cursor.packedCount()
    let types = try cursor.bytes(count)
    let metadataLength = try cursor.packedCount()
    var metadata = BinlogCursor(try cursor.bytes(metadataLength), "the column metadata of a table map")
    var columns = try types.map { try WireColumn(code: $0, &metadata) }
    let nulls = try cursor.bytes((count + 7) / 8)
    for index in columns.indices { columns[index].isNullable = nulls[index >> 3] & (1 << UInt8(index & 7)) != 0 }
    primaryKey = try TableMapMetadata.read(&cursor, into: &columns, isMariaDB: isMariaDB)
    self.columns = columns
    bytes = Array(body)
  }

  /// Whether an event has the same body.
  func isEqual(_ body: UnsafeRawBufferPointer) -> Bool {
    guard body.count == bytes.count, let start = body.baseAddress else { return false }
    return bytes.withUnsafeBytes { memcmp($0.baseAddress ?? start, start, body.count) == 0 }
  }

  /// The table's number in the body of a map.
  static func number(_ body: UnsafeRawBufferPointer, fixedLength: Int) -> UInt64? {
    var cursor = BinlogCursor(body, "a table map")
    return try? cursor.littleEndian(fixedLength == 6 ? 4 : 6)
  }
}

extension BinlogTableMap.WireColumn {
  fileprivate init(code: UInt8, _ metadata: inout BinlogCursor) throws {
    let type = BinlogTableMap.WireType(code: code)
    switch type {
    case .float, .double, .blob, .tinyBlob, .mediumBlob, .longBlob, .json, .geometry, .vector, .timestamp2, .dateTime2, .time2, .compressedBlob:
      self.init(type: type, metadata: Int(try metadata.uint8()))
    case .varchar, .bit, .decimal, .compressedVarchar:
      self.init(type: type, metadata: Int(try metadata.uint16()))
    case .enumeration, .set:
      try metadata.skip(1)
      self.init(type: type, metadata: Int(try metadata.uint8()))
    case .string, .varString:
      let first = try metadata.uint8()
      let second = try metadata.uint8()
      // Lengths above 255 take two bits of the byte that tells the type.
      if first & 0x30 != 0x30 {
        self.init(type: .init(code: first | 0x30), metadata: Int(second) | Int((first & 0x30) ^ 0x30) << 4)
      } else {
        self.init(type: .init(code: first), metadata: Int(second))
      }
    case .tiny, .short, .int24, .long, .longLong, .year, .date, .newDate, .null, .timestamp, .time, .dateTime:
      self.init(type: type, metadata: 0)
    default:
      throw SluiceError(.sourceLogUnusable, "a table map has a column of an unknown type (\(code))")
    }
  }
}
