internal import Foundation
internal import SluiceCore

/// What changes make of a table's schema. A value: nothing is read or written.
struct SchemaEvolution {
  private let base: TableSchema
  private var fields: [SchemaField]
  private var highestID: Int
  private var options: [String: String]
  private var comment: String?

  init(_ base: TableSchema) {
    self.base = base
    fields = base.fields
    highestID = base.highestFieldId
    options = base.options
    comment = base.comment
  }

  /// Whether anything is different from the schema that it started with.
  var isChange: Bool { fields != base.fields || options != base.options || comment != base.comment }

  /// The version after the one that it started with.
  func next() -> TableSchema {
    TableSchema(
      id: base.id + 1, fields: fields, highestFieldId: highestID, partitionKeys: base.partitionKeys, primaryKeys: base.primaryKeys, options: options,
      comment: comment, timeMillis: Int64(Date().timeIntervalSince1970 * 1000))
  }

  /// Applies one change, or says why the table cannot take it. What is there already is left as it is.
  mutating func refusal(applying change: TargetChange) -> String? {
    switch change {
    case .addColumn(let column, let place, let fill): add(column, place, fill: fill)
    case .dropColumn(let name): drop(name)
    case .renameColumn(let old, let new): rename(old, to: new)
    case .alterColumn(let column): alter(column)
    case .moveColumn(let name, let place): move(name, place)
    case .commentTable(let text): note(text)
    }
  }

  private mutating func add(_ column: TargetTable.Column, _ place: ColumnPlace, fill: String?) -> String? {
    let storage = PaimonTypes.storage(of: column.type)
    if let index = index(of: column.name) {
      return type(of: fields[index]) == storage.storage ? nil : "the table has a column of that name of another type"
    }
    if let reason = Self.refusal(ofName: column.name) { return reason }
    guard let position = position(place, in: fields) else { return Self.noSuchPlace }
    var highest = highestID + 1
    let id = highest
    // Rows of older files have no value, so the column is nullable whatever the source says.
    let type = PaimonTypes.fieldType(of: storage.storage, isNullable: true, highestID: &highest)
    if let fill {
      guard ConstantColumn.parse(fill, as: storage.storage) != nil else { return "the value for the rows that are there is no \(storage.name)" }
      options[FileDebt.option(of: id)] = FileDebt.setting(since: base.id + 1, fill)
    }
    highestID = highest
    fields.insert(SchemaField(id: id, name: column.name, type: type, description: Self.description(column)), at: position)
    return nil
  }

  private mutating func drop(_ name: String) -> String? {
    guard let index = index(of: name) else { return nil }
    if isKey(name) { return "a key or partition column cannot go" }
    if fields.count == 1 { return "it is the only column" }
    options[FileDebt.option(of: fields[index].id)] = nil
    fields.remove(at: index)
    return nil
  }

  private mutating func rename(_ old: String, to new: String) -> String? {
    guard let index = index(of: old) else { return self.index(of: new) == nil ? Self.noSuchColumn : nil }
    if old == new { return nil }
    if isKey(old) { return "a key or partition column keeps its name" }
    if self.index(of: new) != nil { return "the table has a column of the new name" }
    if let reason = Self.refusal(ofName: new) { return reason }
    let field = fields[index]
    fields[index] = SchemaField(id: field.id, name: new, type: field.type, description: field.description, defaultValue: field.defaultValue)
    return nil
  }

  private mutating func alter(_ column: TargetTable.Column) -> String? {
    guard let index = index(of: column.name) else { return Self.noSuchColumn }
    let field = fields[index]
    let storage = PaimonTypes.storage(of: column.type)
    guard let old = type(of: field) else { return "the column's type is not known to Sluice" }
    // A column that becomes NOT NULL at the source stays nullable: files may hold nulls.
    let isNullable = field.type.isNullable || column.isNullable && !isKey(field.name)
    var type = field.type.nullable(isNullable)
    if old != storage.storage {
      if isKey(field.name) { return "the type of a key or partition column cannot change" }
      let names = "\(PaimonTypes.storage(of: old).name) to \(storage.name)"
      guard TypePromotion.isKnown(from: old, to: storage.storage) else { return "files that are there cannot be read when \(names) is the change" }
      if let fill = options[FileDebt.option(of: field.id)].flatMap(FileDebt.value), ConstantColumn.parse(fill, as: storage.storage) == nil {
        return "the value of rows from before the column was added is no \(storage.name)"
      }
      if TypePromotion.changesBounds(from: old, to: storage.storage) { options[FileDebt.retyped] = String(base.id + 1) }
      type = PaimonTypes.fieldType(of: storage.storage, isNullable: isNullable, highestID: &highestID)
    }
    fields[index] = SchemaField(
      id: field.id, name: field.name, type: type, description: Self.description(column), defaultValue: field.defaultValue)
    return nil
  }

  private mutating func move(_ name: String, _ place: ColumnPlace) -> String? {
    guard let index = index(of: name) else { return Self.noSuchColumn }
    if place == .after(name) { return nil }
    var others = fields
    let field = others.remove(at: index)
    guard let position = position(place, in: others) else { return Self.noSuchPlace }
    others.insert(field, at: position)
    fields = others
    return nil
  }

  private mutating func note(_ text: String) -> String? {
    if text != comment ?? "" { comment = text }
    return nil
  }

  private static let noSuchColumn = "the table has no such column"
  private static let noSuchPlace = "the table does not have the column that it is to follow"

  private static func refusal(ofName name: String) -> String? {
    TableDesign.isReserved(name) ? "Paimon keeps this column name for itself" : nil
  }

  private static func description(_ column: TargetTable.Column) -> String? {
    column.comment.isEmpty ? nil : column.comment
  }

  private func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

  private func type(of field: SchemaField) -> DataType? { try? PaimonTypes.dataType(of: field.type) }

  /// Columns that files are placed and sorted by.
  private func isKey(_ name: String) -> Bool {
    base.primaryKeys.contains(name) || base.partitionKeys.contains(name) || base.bucketKeys.contains(name)
  }

  private func position(_ place: ColumnPlace, in fields: [SchemaField]) -> Int? {
    switch place {
    case .last: fields.count
    case .first: 0
    case .after(let name): fields.firstIndex { $0.name == name }.map { $0 + 1 }
    }
  }
}
