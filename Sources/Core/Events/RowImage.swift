/// A row as text, for people and for files: each value as `ValueText` renders its type, or, where it could not be decoded, as the source has it.
public struct RowImage: Hashable, Sendable {
  /// One value.
  public enum Cell: Hashable, Sendable {
    case null
    case text(String)
    /// Bytes that are no UTF-8.
    case bytes([UInt8])
    /// Not for these eyes.
    case masked
    /// The beginning of a value of so many bytes.
    case cut(String, bytes: Int)
  }

  /// A column's value with the column's type.
  public struct Value: Hashable, Sendable {
    public let column: String
    /// As `DataType` describes itself.
    public let type: String
    public var cell: Cell

    public init(column: String, type: String, cell: Cell) {
      self.column = column
      self.type = type
      self.cell = cell
    }
  }

  /// In the order of the table.
  public private(set) var values: [Value]

  /// A longer value is cut.
  public static let longestValue = 64 << 10

  public init(_ values: [Value]) {
    self.values = values
  }

  /// Row `row` of a batch that has these columns.
  public init(_ batch: Batch, row: Int, columns: [ColumnDefinition]) {
    values = zip(columns, batch.columns).map { definition, column in
      let text = ValueText(column).text(row)
      return Value(column: definition.name, type: definition.type.description, cell: text.map(Self.cell) ?? .null)
    }
  }

  public subscript(column: String) -> Cell? {
    values.first { $0.column == column }?.cell
  }

  /// The same row without the values of those columns.
  public func masking(_ columns: Set<String>) -> RowImage {
    var copy = self
    for index in values.indices where columns.contains(values[index].column) && values[index].cell != .null { copy.values[index].cell = .masked }
    return copy
  }

  /// The same row with another value in one of its columns.
  public func replacing(_ column: String, with cell: Cell) -> RowImage {
    var copy = self
    for index in values.indices where values[index].column == column { copy.values[index].cell = cell }
    return copy
  }

  /// A value that is text, shortened where it is too long.
  public static func cell(_ text: String) -> Cell {
    let bytes = text.utf8.count
    guard bytes > longestValue else { return .text(text) }
    return .cut(String(decoding: text.utf8.prefix(longestValue), as: UTF8.self), bytes: bytes)
  }

  /// A value as the source has it, which need not be UTF-8.
  public static func cell(bytes: UnsafeBufferPointer<UInt8>) -> Cell {
    let shown = bytes.prefix(longestValue)
    guard bytes.count == shown.count else { return .cut(String(decoding: shown, as: UTF8.self), bytes: bytes.count) }
    return String(validating: shown, as: UTF8.self).map(Cell.text) ?? .bytes(Array(shown))
  }
}

extension RowImage {
  /// `{"id":"7","note":null,"raw":{"hex":"ff"},"phone":{"masked":true},"page":{"cut":"…","bytes":99}}`.
  public var json: SpecValue {
    .object(values.map { .init($0.column, $0.cell.json) })
  }

  /// The type of each column.
  public var types: SpecValue {
    .object(values.map { .init($0.column, .string($0.type)) })
  }

  /// Reads back what `json` and `types` wrote; `nil` when it is something else.
  public init?(json: SpecValue?, types: SpecValue?) {
    guard case .object(let members)? = json else { return nil }
    var values: [Value] = []
    for member in members {
      guard let cell = Cell(json: member.value) else { return nil }
      guard case .string(let type)? = types?[member.key] else { return nil }
      values.append(Value(column: member.key, type: type, cell: cell))
    }
    self.values = values
  }
}

extension RowImage.Cell {
  public var json: SpecValue {
    switch self {
    case .null: .null
    case .text(let text): .string(text)
    case .bytes(let bytes): .object([.init("hex", .string(HexText.text(bytes)))])
    case .masked: .object([.init("masked", .boolean(true))])
    case .cut(let text, let bytes): .object([.init("cut", .string(text)), .init("bytes", .integer(bytes))])
    }
  }

  /// Numbers and booleans stand for their text, so that whoever edits a row needs no quotes.
  public init?(json: SpecValue) {
    switch json {
    case .null: self = .null
    case .string(let text): self = .text(text)
    case .integer(let number): self = .text("\(number)")
    case .number(let number): self = .text("\(number)")
    case .boolean(let flag): self = .text(flag ? "true" : "false")
    case .object:
      if case .string(let digits)? = json["hex"], let bytes = HexText.bytes(digits) {
        self = .bytes(bytes)
      } else if case .string(let text)? = json["cut"], case .integer(let bytes)? = json["bytes"] {
        self = .cut(text, bytes: bytes)
      } else if json["masked"] == .boolean(true) {
        self = .masked
      } else {
        return nil
      }
    case .array: return nil
    }
  }
}
