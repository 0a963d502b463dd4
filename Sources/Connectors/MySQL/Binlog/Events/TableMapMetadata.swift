internal import SluiceCore

/// Reads the optional part of a table map: typed fields, each about those columns that it can concern.
enum TableMapMetadata {
  typealias WireColumn = BinlogTableMap.WireColumn

  /// Fills in `columns`, and returns the positions of the key's columns where they are told.
  static func read(_ cursor: inout BinlogCursor, into columns: inout [WireColumn], isMariaDB: Bool) throws -> [Int]? {
    var primaryKey: [Int]?
    while !cursor.isAtEnd {
      let kind = try cursor.uint8()
      let length = try cursor.packedCount()
      var field = BinlogCursor(try cursor.bytes(length), "the metadata of a table map")
      switch kind {
      case 1: try flags(&field, places(columns) { $0.type.isNumeric }) { columns[$0].isUnsigned = $1 }
      case 2: try collations(&field, places(columns) { $0.type.isCharacter(isMariaDB: isMariaDB) }, hasDefault: true, &columns)
      case 3: try collations(&field, places(columns) { $0.type.isCharacter(isMariaDB: isMariaDB) }, hasDefault: false, &columns)
      case 4: try names(&field, &columns)
      case 5: try members(&field, places(columns) { $0.type == .set }, &columns)
      case 6: try members(&field, places(columns) { $0.type == .enumeration }, &columns)
      case 7: try numbers(&field, places(columns) { $0.type == .geometry }) { columns[$0].geometryType = $1 }
      case 8: primaryKey = try key(&field, hasPrefixes: false, count: columns.count)
      case 9: primaryKey = try key(&field, hasPrefixes: true, count: columns.count)
      case 10: try collations(&field, places(columns) { $0.type.isMembers }, hasDefault: true, &columns)
      case 11: try collations(&field, places(columns) { $0.type.isMembers }, hasDefault: false, &columns)
      case 12: try flags(&field, Array(columns.indices)) { columns[$0].isVisible = $1 }
      case 13: try numbers(&field, places(columns) { $0.type == .vector }) { columns[$0].dimension = $1 }
      // Fields of later versions say what a reader need not know.
      default: break
      }
    }
    return primaryKey
  }

  private static func places(_ columns: [WireColumn], _ isMeant: (WireColumn) -> Bool) -> [Int] {
    columns.indices.filter { isMeant(columns[$0]) }
  }

  /// One bit a column, the first one highest.
  private static func flags(_ field: inout BinlogCursor, _ places: [Int], _ set: (Int, Bool) -> Void) throws {
    let bits = try field.bytes(min((places.count + 7) / 8, field.remaining))
    for (index, place) in places.enumerated() where index >> 3 < bits.count {
      set(place, bits[index >> 3] & (0x80 >> UInt8(index & 7)) != 0)
    }
  }

  private static func numbers(_ field: inout BinlogCursor, _ places: [Int], _ set: (Int, Int) -> Void) throws {
    for place in places where !field.isAtEnd { set(place, Int(clamping: try field.packed())) }
  }

  /// A collation for all columns and the exceptions, or one for each column.
  private static func collations(_ field: inout BinlogCursor, _ places: [Int], hasDefault: Bool, _ columns: inout [WireColumn]) throws {
    guard hasDefault else { return try numbers(&field, places) { columns[$0].collation = $1 } }
    let usual = Int(clamping: try field.packed())
    for place in places { columns[place].collation = usual }
    while !field.isAtEnd {
      let index = Int(clamping: try field.packed())
      let collation = Int(clamping: try field.packed())
      guard index < places.count else { throw field.damaged("it names a column that there is not") }
      columns[places[index]].collation = collation
    }
  }

  private static func names(_ field: inout BinlogCursor, _ columns: inout [WireColumn]) throws {
    for place in columns.indices { columns[place].name = try field.text(try field.packedCount()) }
  }

  private static func members(_ field: inout BinlogCursor, _ places: [Int], _ columns: inout [WireColumn]) throws {
    for place in places where !field.isAtEnd {
      let count = try field.packedCount()
      columns[place].members = try (0..<count).map { _ in Array(try field.bytes(try field.packedCount())) }
    }
  }

  private static func key(_ field: inout BinlogCursor, hasPrefixes: Bool, count: Int) throws -> [Int] {
    var places: [Int] = []
    while !field.isAtEnd {
      let place = Int(clamping: try field.packed())
      guard place < count else { throw field.damaged("the key has a column that there is not") }
      places.append(place)
      if hasPrefixes { _ = try field.packed() }
    }
    return places
  }
}
