/// A column as `information_schema` describes it.
struct MySQLCatalogColumn: Hashable, Sendable {
  var name: String
  /// As `SHOW CREATE TABLE` spells it: `decimal(10,2) unsigned`.
  private(set) var columnType: String
  /// Lower case, without length: `varchar`. This and the three numbers after it are read from `columnType`.
  private(set) var dataType: String
  /// Digits of a decimal.
  private(set) var precision: Int
  private(set) var scale: Int
  /// Fractional digits of a time.
  private(set) var fraction: Int
  var isNullable: Bool
  var charset: String?
  var collation: String?
  /// The text of a constant default, in one spelling whatever the server's: `1.50`, `2024-02-29 00:00:00`, `0x00ff`; `nil` for NULL, for
  /// none, and for a computed one.
  var defaultValue: String?
  /// The default is an expression, `CURRENT_TIMESTAMP` among them: only the server knows its value.
  var hasComputedDefault = false
  var comment = ""
  var isInvisible = false
  /// Part of the key that the server itself tells rows apart by.
  var isPrimary = false
  /// MariaDB's JSON: text under a check of its validity.
  var isCheckedJSON = false
  var generated: GeneratedKind?
  var isAutoIncrement = false

  init(name: String, columnType: String, isNullable: Bool) {
    self.name = name
    self.isNullable = isNullable
    self.columnType = columnType
    (dataType, precision, scale, fraction) = ("", 0, 0, 0)
    setType(columnType)
  }

  mutating func setType(_ columnType: String) {
    self.columnType = columnType
    dataType = String(columnType.prefix { $0 != "(" && $0 != " " }).lowercased()
    (precision, scale, fraction) = (0, 0, 0)
    let numbers = Self.numbers(columnType)
    switch dataType {
    case "decimal", "numeric": (precision, scale) = (numbers.first ?? 10, numbers.count > 1 ? numbers[1] : 0)
    case "time", "datetime", "timestamp": fraction = numbers.first ?? 0
    default: break
    }
  }

  /// What `init(_:server:)` expects, in order.
  static let selection = """
    COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_DEFAULT, COLUMN_COMMENT, EXTRA, COLUMN_KEY
    """

  init(_ row: ArraySlice<String?>, server: MySQLServer) {
    let values = Array(row)
    func text(_ index: Int) -> String { values[index] ?? "" }
    self.init(name: text(0), columnType: text(1), isNullable: text(2) == "YES")
    charset = values[3]
    collation = values[4]
    comment = text(6)
    let extra = text(7).uppercased()
    isInvisible = extra.contains("INVISIBLE")
    isAutoIncrement = extra.contains("AUTO_INCREMENT")
    isPrimary = text(8) == "PRI"
    if extra.contains("VIRTUAL") { generated = .virtual }
    if extra.contains("STORED GENERATED") || extra.contains("PERSISTENT") { generated = .stored }
    guard generated == nil else { return }
    // MySQL does not show every expression.
    hasComputedDefault = extra.contains("DEFAULT_GENERATED")
    guard !hasComputedDefault, let shown = values[5] else { return }
    switch CatalogDefault.read(shown, column: self, server: server) {
    case .null: break
    case .constant(let text): defaultValue = text
    case .computed: hasComputedDefault = true
    }
  }

  var isUnsigned: Bool { columnType.contains(" unsigned") || columnType.contains(" zerofill") }

  /// The number in the type's brackets: 1 of `bit(1)`.
  var length: Int? { Self.numbers(columnType).first }

  private static func numbers(_ columnType: String) -> [Int] {
    guard let open = columnType.firstIndex(of: "(") else { return [] }
    let inside = columnType[columnType.index(after: open)...].prefix { $0.isASCII && ($0.isNumber || $0 == ",") }
    return inside.split(separator: ",").compactMap { Int($0) }
  }
}
