internal import SluiceCore

/// Describes a row that could not be decoded, in the words of the snapshot.
struct BinlogDirtyRow {
  private let table: MySQLTable
  private let plan: BinlogRowPlan
  /// Places whose values are told as differences from the row before.
  private let partial: [Bool]

  init(_ table: MySQLTable, _ plan: BinlogRowPlan, partial: [Bool] = []) {
    self.table = table
    self.plan = plan
    self.partial = partial
  }

  /// The row at `image` whose value at `failed` is refused.
  func row(
    _ image: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ failed: Int, kind: RowKind, position: String?, commitTime: Int64?,
    schemaVersion: Int
  ) -> DirtyRow {
    var values: [UnsafeBufferPointer<UInt8>?] = []
    _ = BinlogRowDecoder.values(image, end, plan, into: &values)
    var key: [String: String] = [:]
    for place in 0..<plan.count where plan.columns[place].isKey && place < values.count {
      key[name(place)] = literal(values[place], place)
    }
    let shown = failed < values.count ? text(values[failed], failed) : ""
    let target = Int(plan.columns[failed].target)
    let decoder = ValueDecoder(table.mappings[target].decoding)
    return DirtyRow(
      table: table.definition.id, code: decoder.code(shown), key: key, column: name(failed), value: shown, reason: decoder.reason(shown), kind: kind,
      row: rowImage(values), position: position, commitTime: commitTime, schemaVersion: schemaVersion)
  }

  /// All values in the order of the table; generated columns that the log leaves out are not among them.
  private func rowImage(_ values: [UnsafeBufferPointer<UInt8>?]) -> RowImage {
    var cells: [Int: RowImage.Cell] = [:]
    for place in 0..<min(plan.count, values.count) where plan.columns[place].target >= 0 {
      cells[Int(plan.columns[place].target)] = cell(values[place], place)
    }
    return RowImage(
      zip(table.columns, table.mappings).enumerated().compactMap { index, column in
        cells[index].map { RowImage.Value(column: column.0.name, type: column.1.type.description, cell: $0) }
      })
  }

  private func cell(_ value: UnsafeBufferPointer<UInt8>?, _ place: Int) -> RowImage.Cell {
    guard let value else { return .null }
    if place < partial.count, partial[place] { return .cut("", bytes: value.count) }
    let target = Int(plan.columns[place].target)
    var builder = ColumnBuilder(type: table.mappings[target].type, capacity: 1)
    if BinlogRowDecoder.append(value, place, plan, to: &builder) { return ValueText(builder.finish()).text(0).map(RowImage.cell) ?? .null }
    switch plan.columns[place].operation {
    case .date, .dateTime, .oldDateTime, .timestamp, .oldTimestamp, .boolean: return .text(text(value, place))
    default: return RowImage.cell(bytes: value)
    }
  }

  private func name(_ place: Int) -> String { table.columns[Int(plan.columns[place].target)].name }

  /// The value as the server prints it, shortened.
  private func text(_ value: UnsafeBufferPointer<UInt8>?, _ place: Int) -> String {
    guard let value, let start = value.baseAddress else { return "NULL" }
    let column = plan.columns[place]
    switch column.operation {
    case .date: return PackedTime.moment(start, column).date
    case .dateTime, .oldDateTime: return PackedTime.moment(start, column).text(digits: Int(column.fraction))
    // The only one that is refused.
    case .timestamp, .oldTimestamp: return PackedMoment().text(digits: Int(column.fraction))
    case .boolean: return "\(Int8(bitPattern: value[0]))"
    default: return String(decoding: value.prefix(Self.shownBytes), as: UTF8.self)
    }
  }

  private static let shownBytes = 256

  /// A key value as the literal that the snapshot's cursor would write.
  private func literal(_ value: UnsafeBufferPointer<UInt8>?, _ place: Int) -> String {
    guard let value else { return "NULL" }
    let target = Int(plan.columns[place].target)
    let catalog = table.columns[target]
    switch plan.columns[place].operation {
    case .text: return "_utf8mb4 " + MySQLText.hex(value)
    case .encoded: return "_\(catalog.charset ?? "binary") " + MySQLText.hex(value)
    case .binary, .padded: return MySQLText.hex(value)
    case .enumeration, .set: return "\(value.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })"
    default: break
    }
    var builder = ColumnBuilder(type: table.mappings[target].type, capacity: 1)
    guard BinlogRowDecoder.append(value, place, plan, to: &builder) else { return "'\(text(value, place))'" }
    let shown = ValueText(builder.finish()).text(0) ?? "NULL"
    switch table.mappings[target].type {
    case .boolean: return shown == "true" ? "1" : "0"
    case .date, .string: return "'\(shown)'"
    case .timestamp, .instant: return "'\(shown.replacing("T", with: " ").replacing("Z", with: ""))'"
    default: return shown
    }
  }
}
