internal import SluiceCore

/// Describes a row that could not be decoded, in the words of the snapshot.
struct BinlogDirtyRow {
  private let table: MySQLTable
  private let plan: BinlogRowPlan

  init(_ table: MySQLTable, _ plan: BinlogRowPlan) {
    self.table = table
    self.plan = plan
  }

  /// The row at `image` whose value at `failed` is refused.
  func row(_ image: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ failed: Int, position: String?) -> DirtyRow {
    var values: [UnsafeBufferPointer<UInt8>?] = []
    _ = BinlogRowDecoder.values(image, end, plan, into: &values)
    var key: [String: String] = [:]
    for place in 0..<plan.count where plan.columns[place].isKey && place < values.count {
      key[name(place)] = literal(values[place], place)
    }
    let shown = failed < values.count ? text(values[failed], failed) : ""
    let target = Int(plan.columns[failed].target)
    let reason = ValueDecoder(table.mappings[target].decoding).reason(shown)
    return DirtyRow(table: table.definition.id, key: key, column: name(failed), value: shown, reason: reason, position: position)
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
