internal import SluiceCore

/// Finds out how the images of a table map become rows of the tracked table.
struct BinlogRowPlanner {
  private let table: MySQLTable
  private let zeroDatesAreNull: Bool
  private var charsets: [CharacterSet] = []
  private var members: [MemberNames] = []

  /// A map that does not fit the table is `source-schema-changed`, naming the column.
  static func plan(_ map: BinlogTableMap, _ table: MySQLTable, options: MySQLOptions) throws -> BinlogRowPlan {
    var planner = BinlogRowPlanner(table: table, zeroDatesAreNull: options.zeroDatesAreNull)
    return try planner.plan(map)
  }

  private init(table: MySQLTable, zeroDatesAreNull: Bool) {
    self.table = table
    self.zeroDatesAreNull = zeroDatesAreNull
  }

  private mutating func plan(_ map: BinlogTableMap) throws -> BinlogRowPlan {
    let layout = try ImageLayout(map, table)
    let keys = Set(table.key?.columns ?? [])
    let columns = try map.columns.enumerated().map { place, wire in
      guard let target = layout.targets[place] else { return try hidden(wire) }
      let catalog = table.columns[target]
      var column = try column(wire, catalog, table.mappings[target])
      column.target = Int32(target)
      column.isKey = keys.contains(catalog.name)
      column.isZeroNull = zeroDatesAreNull && column.operation.isMoment && !column.isKey
      return column
    }
    return BinlogRowPlan(map, columns: columns, charsets: charsets, members: members, rowEnd: layout.rowEnd)
  }

  /// A column of the server's own, which is stepped over.
  private func hidden(_ wire: BinlogTableMap.WireColumn) throws -> BinlogColumn {
    var column: BinlogColumn
    switch wire.type {
    case .longLong: column = .init(.fixed8, width: 8)
    case .timestamp2: column = .init(.timestamp, width: 4 + (wire.metadata + 1) / 2)
    default:
      throw SluiceError(
        .sourceSchemaChanged, "the log has a column that is not tracked", at: .init(table: table.definition.id, column: wire.name))
    }
    column.target = -1
    return column
  }

  private func changed(_ message: String, _ column: MySQLCatalogColumn) -> SluiceError {
    SluiceError(.sourceSchemaChanged, message, at: .init(table: table.definition.id, column: column.name))
  }

  private mutating func column(
    _ wire: BinlogTableMap.WireColumn, _ catalog: MySQLCatalogColumn, _ mapping: MySQLMapping
  ) throws -> BinlogColumn {
    let found: BinlogColumn? =
      switch wire.type {
      case .tiny where catalog.dataType == "tinyint": .init(mapping.decoding == .boolean ? .boolean : .fixed1, width: 1)
      case .short where catalog.dataType == "smallint": .init(.fixed2, width: 2)
      case .int24 where catalog.dataType == "mediumint": .init(mapping.decoding == .uint32 ? .uint24 : .int24, width: 3)
      case .long where ["int", "integer"].contains(catalog.dataType): .init(.fixed4, width: 4)
      case .longLong where catalog.dataType == "bigint": .init(.fixed8, width: 8)
      case .year where catalog.dataType == "year": .init(.year, width: 1)
      case .float where mapping.decoding == .float32: .init(.fixed4, width: 4)
      case .double where mapping.decoding == .float64: .init(.fixed8, width: 8)
      case .decimal: decimal(wire.metadata, catalog, mapping)
      case .bit where catalog.dataType == "bit": bits(wire.metadata, mapping)
      case .date, .newDate: mapping.decoding == .date ? .init(.date, width: 3) : nil
      case .dateTime2, .timestamp2, .time2, .dateTime, .timestamp, .time: try moment(wire, catalog, mapping)
      case .enumeration where catalog.dataType == "enum": try members(wire, catalog, .enumeration)
      case .set where catalog.dataType == "set": try members(wire, catalog, .set)
      case .json where catalog.dataType == "json": prefixed(.json, wire.metadata)
      case .varchar, .varString, .string: try string(wire, catalog, mapping, prefix: wire.metadata > 255 ? 2 : 1)
      case .blob, .tinyBlob, .mediumBlob, .longBlob: try string(wire, catalog, mapping, prefix: wire.metadata)
      case .geometry, .vector: mapping.decoding == .binary ? prefixed(.binary, wire.metadata) : nil
      case .compressedBlob: try compressed(catalog, mapping, prefix: wire.metadata)
      case .compressedVarchar: try compressed(catalog, mapping, prefix: wire.metadata > 255 ? 2 : 1)
      default: nil
      }
    guard let found else { throw changed("the log packs it as type \(wire.type.code), which is not \(catalog.columnType)", catalog) }
    return found
  }

  private func prefixed(_ operation: BinlogColumn.Operation, _ prefix: Int) -> BinlogColumn? {
    (1...4).contains(prefix) ? BinlogColumn(operation, prefix: prefix) : nil
  }

  private func decimal(_ metadata: Int, _ catalog: MySQLCatalogColumn, _ mapping: MySQLMapping) -> BinlogColumn? {
    guard ["decimal", "numeric"].contains(catalog.dataType), metadata & 0xff == catalog.precision, metadata >> 8 == catalog.scale else { return nil }
    let layout = DecimalLayout(precision: catalog.precision, scale: catalog.scale)
    let operation: BinlogColumn.Operation =
      mapping.decoding == .decimal64 ? .decimal64 : mapping.decoding == .decimal128 ? .decimal128 : .decimalText
    var column = BinlogColumn(operation, width: layout.width)
    column.decimal = layout
    return column
  }

  private func bits(_ metadata: Int, _ mapping: MySQLMapping) -> BinlogColumn? {
    let width = metadata >> 8 + (metadata & 0xff > 0 ? 1 : 0)
    guard (1...8).contains(width) else { return nil }
    return BinlogColumn(mapping.decoding == .bitBoolean ? .bitBoolean : .bitNumber, width: width)
  }

  private func moment(_ wire: BinlogTableMap.WireColumn, _ catalog: MySQLCatalogColumn, _ mapping: MySQLMapping) throws -> BinlogColumn? {
    let isOld = [.dateTime, .timestamp, .time].contains(wire.type)
    let fraction = isOld ? 0 : wire.metadata
    if isOld, catalog.fraction > 0 {
      throw SluiceError(
        .sourceLogUnusable, "the log does not tell how the old format of \(catalog.columnType) is packed",
        at: .init(table: table.definition.id, column: catalog.name),
        remedy: "ALTER TABLE \(MySQLText.quoted(table.definition.id)) FORCE, with mysql56_temporal_format = ON.")
    }
    guard fraction == catalog.fraction, fraction <= 6 else { return nil }
    let bytes = (fraction + 1) / 2
    var column: BinlogColumn
    switch (wire.type, catalog.dataType) {
    case (.dateTime2, "datetime"): column = .init(.dateTime, width: 5 + bytes)
    case (.timestamp2, "timestamp"): column = .init(.timestamp, width: 4 + bytes)
    case (.time2, "time"): column = .init(.time, width: 3 + bytes)
    case (.dateTime, "datetime"): column = .init(.oldDateTime, width: 8)
    case (.timestamp, "timestamp"): column = .init(.oldTimestamp, width: 4)
    case (.time, "time"): column = .init(.oldTime, width: 3)
    default: return nil
    }
    column.fraction = UInt8(fraction)
    column.perSecond = mapping.decoding == .milliseconds ? 1_000 : 1_000_000
    switch fraction {
    case 1, 2: column.multiplier = 10
    case 3: column.divisor = 10
    case 4: column.multiplier = 100
    default: break
    }
    return column
  }

  private mutating func string(
    _ wire: BinlogTableMap.WireColumn, _ catalog: MySQLCatalogColumn, _ mapping: MySQLMapping, prefix: Int
  ) throws -> BinlogColumn? {
    let isBlob = catalog.dataType.hasSuffix("blob") || catalog.dataType.hasSuffix("text")
    let isPackedAsBlob = ![.varchar, .varString, .string].contains(wire.type)
    switch catalog.dataType {
    case "uuid": return prefixed(.uuid, prefix)
    case "inet4": return prefixed(.inet4, prefix)
    case "inet6": return prefixed(.inet6, prefix)
    case "vector", "json": return prefixed(catalog.dataType == "json" ? .text : .binary, prefix)
    case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection":
      return isPackedAsBlob ? prefixed(.binary, prefix) : nil
    default: break
    }
    guard isBlob == isPackedAsBlob, mapping.decoding == .text || mapping.decoding == .binary else { return nil }
    if mapping.decoding == .binary {
      guard catalog.dataType == "binary" else { return prefixed(.binary, prefix) }
      var column = prefixed(.padded, prefix)
      column?.width = Int32(catalog.length ?? 1)
      return column
    }
    guard let index = try charset(catalog) else { return prefixed(.text, prefix) }
    var column = prefixed(.encoded, prefix)
    column?.index = index
    return column
  }

  private mutating func compressed(_ catalog: MySQLCatalogColumn, _ mapping: MySQLMapping, prefix: Int) throws -> BinlogColumn? {
    if mapping.decoding == .binary { return prefixed(.compressedBinary, prefix) }
    guard mapping.decoding == .text else { return nil }
    var column = prefixed(.compressedText, prefix)
    column?.index = try charset(catalog) ?? -1
    return column
  }

  /// The position of the column's character set; `nil` for UTF-8.
  private mutating func charset(_ catalog: MySQLCatalogColumn) throws -> Int32? {
    guard let set = try characterSet(catalog) else { return nil }
    charsets.append(set)
    return Int32(charsets.count - 1)
  }

  private func characterSet(_ catalog: MySQLCatalogColumn) throws -> CharacterSet? {
    guard let name = catalog.charset, name != "binary" else { return nil }
    guard let set = CharacterSet.named(name) else {
      throw SluiceError(
        .sourceTypeUnsupported, "the character set \(name) is not known", at: .init(table: table.definition.id, column: catalog.name),
        remedy: "Exclude the table, or change the column's character set.")
    }
    return set.isUTF8 ? nil : set
  }

  /// The log's own names where it has them, else those of the catalog.
  private mutating func members(
    _ wire: BinlogTableMap.WireColumn, _ catalog: MySQLCatalogColumn, _ operation: BinlogColumn.Operation
  ) throws -> BinlogColumn? {
    guard (1...8).contains(wire.metadata) else { return nil }
    let names: MemberNames
    if let told = wire.members {
      let set = try characterSet(catalog)
      names = MemberNames(told.map { bytes in set.map { set in bytes.withUnsafeBytes { set.utf8($0) } } ?? bytes })
    } else if let listed = MemberNames(columnType: catalog.columnType) {
      names = listed
    } else {
      throw SluiceError(
        .sourceLogUnusable, "the catalog does not show the members of this \(catalog.dataType) exactly, and the log does not have them",
        at: .init(table: table.definition.id, column: catalog.name), remedy: "SET GLOBAL binlog_row_metadata = FULL;")
    }
    members.append(names)
    var column = BinlogColumn(operation, width: wire.metadata)
    column.index = Int32(members.count - 1)
    return column
  }
}
