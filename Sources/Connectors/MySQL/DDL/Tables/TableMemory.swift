internal import SluiceCore

/// What the attributes of a definition remember of a table, so that it can be told again without its server.
enum TableMemory {
  static func attributes(of column: MySQLCatalogColumn) -> [String: String]? {
    var attributes: [String: String] = [:]
    attributes["charset"] = column.charset
    attributes["collation"] = column.collation
    attributes["generated"] = column.generated?.rawValue
    if column.isInvisible { attributes["invisible"] = yes }
    if column.isCheckedJSON { attributes["checked"] = "json" }
    if column.hasComputedDefault { attributes["default"] = "computed" }
    if column.isAutoIncrement { attributes["counts"] = yes }
    if column.isPrimary { attributes["key"] = "primary" }
    if !column.isNullable { attributes["null"] = "no" }
    return attributes.isEmpty ? nil : attributes
  }

  static func column(_ definition: ColumnDefinition) -> MySQLCatalogColumn {
    let attributes = definition.attributes ?? [:]
    var column = MySQLCatalogColumn(name: definition.name, columnType: definition.nativeType, isNullable: attributes["null"] != "no")
    column.charset = attributes["charset"]
    column.collation = attributes["collation"]
    column.generated = attributes["generated"].flatMap(GeneratedKind.init)
    column.isInvisible = attributes["invisible"] == yes
    column.isCheckedJSON = attributes["checked"] == "json"
    column.hasComputedDefault = attributes["default"] == "computed"
    column.isAutoIncrement = attributes["counts"] == yes
    column.isPrimary = attributes["key"] == "primary"
    column.defaultValue = definition.defaultValue
    column.comment = definition.comment
    return column
  }

  static func attributes(charset: MySQLCharset?, isVersioned: Bool, indexes: [MySQLIndex]) -> [String: String]? {
    var attributes: [String: String] = [:]
    attributes["charset"] = charset?.charset
    attributes["collation"] = charset?.collation
    if isVersioned { attributes["versioned"] = yes }
    for index in indexes { attributes[indexPrefix + index.name] = text(of: index) }
    return attributes.isEmpty ? nil : attributes
  }

  static func charset(_ attributes: [String: String]) -> MySQLCharset? {
    guard let charset = attributes["charset"], let collation = attributes["collation"] else { return nil }
    return MySQLCharset(charset: charset, collation: collation)
  }

  static func isVersioned(_ attributes: [String: String]) -> Bool { attributes["versioned"] == yes }

  static func indexes(_ attributes: [String: String], table: TableID) throws -> [MySQLIndex] {
    try attributes.filter { $0.key.hasPrefix(indexPrefix) }.map { key, text in
      let name = String(key.dropFirst(indexPrefix.count))
      guard let index = index(name, text) else {
        throw SluiceError(.stateDamaged, "what was kept of the index \(name) cannot be read", at: .init(table: table))
      }
      return index
    }
  }

  private static let yes = "yes"
  private static let indexPrefix = "index "

  /// `(`a`,`b`10 desc) unique`: the columns, with the lengths of prefixes and the way down, then a word for each property.
  private static func text(of index: MySQLIndex) -> String {
    let parts = index.columns.map { column in
      MySQLText.quoted(column) + (index.prefixes[column].map(String.init) ?? "") + (index.descending.contains(column) ? " desc" : "")
    }
    var words = ["(" + parts.joined(separator: ",") + ")"]
    if index.isUnique { words.append("unique") }
    if index.hasExpression { words.append("expression") }
    if !index.isTree { words.append("hash") }
    if !index.isVisible { words.append("hidden") }
    return words.joined(separator: " ")
  }

  private static func index(_ name: String, _ text: String) -> MySQLIndex? {
    var lexer = MySQLLexer(text, dialect: MySQLDialect(server: MySQLServer(version: "")))
    var index = MySQLIndex(name: name)
    var words: Set<String> = []
    while true {
      let token = lexer.next()
      switch token.kind {
      case .quoted: index.columns.append(token.text)
      case .number:
        guard let column = index.columns.last, let length = Int(token.text) else { return nil }
        index.prefixes[column] = length
      case .word where token.text == "desc":
        guard let column = index.columns.last else { return nil }
        index.descending.insert(column)
      case .word: words.insert(token.text)
      case .symbol: continue
      case .end:
        index.isUnique = words.contains("unique")
        index.hasExpression = words.contains("expression")
        index.isTree = !words.contains("hash")
        index.isVisible = !words.contains("hidden")
        return index
      default: return nil
      }
    }
  }
}

extension MySQLTable {
  /// The table that a definition was made of.
  init(restoring definition: TableDefinition, options: MySQLOptions) throws {
    let attributes = definition.attributes ?? [:]
    try self.init(
      definition.id, columns: definition.columns.map(TableMemory.column), indexes: try TableMemory.indexes(attributes, table: definition.id),
      comment: definition.comment, charset: TableMemory.charset(attributes), isVersioned: TableMemory.isVersioned(attributes),
      rows: definition.estimatedRows, bytes: definition.estimatedBytes, options: options)
  }
}
