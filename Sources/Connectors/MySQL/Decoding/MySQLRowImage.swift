internal import CMariaDB
internal import SluiceCore

/// A row of the text protocol for people: values as their columns hold them, and as the server wrote them where they cannot be decoded.
enum MySQLRowImage {
  static func of(_ row: MySQLRow, _ table: TableDefinition, _ decoders: [ValueDecoder]) -> RowImage {
    RowImage(
      zip(table.columns, decoders).enumerated().map { index, column in
        RowImage.Value(column: column.0.name, type: column.0.type.description, cell: cell(row, index, column.0.type, column.1))
      })
  }

  private static func cell(_ row: MySQLRow, _ index: Int, _ type: DataType, _ decoder: ValueDecoder) -> RowImage.Cell {
    guard let bytes = row.bytes(index) else { return .null }
    var builder = ColumnBuilder(type: type, capacity: 1)
    var byteCount = 0
    let failed = withUnsafePointer(to: decoder) { decoder in
      withUnsafeMutablePointer(to: &builder) { builder in
        RowDecoder.append(row.values + index, row.lengths + index, decoder, to: builder, count: 1, byteCount: &byteCount)
      }
    }
    guard failed < 0 else { return RowImage.cell(bytes: bytes) }
    return ValueText(builder.finish()).text(0).map(RowImage.cell) ?? .null
  }
}
