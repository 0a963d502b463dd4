internal import SluiceCore

/// What changes make of a table's schema. A value: nothing is read or written.
struct IcebergEvolution {
  private let base: IcebergSchema
  private let metadata: TableMetadata
  private(set) var fields: [IcebergField]
  private(set) var comment: String
  private var lastColumnID: Int
  /// Ids of columns by which rows are found, placed or sorted.
  private let placing: Set<Int>

  /// `base` is a schema of `metadata`'s table.
  init(_ base: IcebergSchema, _ metadata: TableMetadata) {
    self.base = base
    self.metadata = metadata
    fields = base.fields
    comment = metadata.properties["comment"] ?? ""
    lastColumnID = metadata.lastColumnID
    placing = Set(
      base.identifierFieldIDs + metadata.partitionSpecs.flatMap { $0.fields.filter { $0.transform != .void }.flatMap(\.sourceIDs) }
        + metadata.sortOrders.flatMap { $0.fields.flatMap(\.sourceIDs) })
  }

  var hasOtherColumns: Bool { fields != base.fields }
  var hasOtherComment: Bool { comment != metadata.properties["comment"] ?? "" }

  /// The schema as the changes make it; its id is for the catalog to give.
  func schema() -> IcebergSchema {
    IcebergSchema(id: base.id + 1, fields: fields, identifierFieldIDs: base.identifierFieldIDs)
  }

  /// Whether `other` is what the changes make of the base, with whatever ids for new columns.
  func isMade(_ other: IcebergSchema) -> Bool {
    guard other.identifierFieldIDs == base.identifierFieldIDs, other.fields.count == fields.count else { return false }
    let known = Set(base.fields.map(\.id))
    return zip(fields, other.fields).allSatisfy { made, found in
      if known.contains(made.id) { return made == found }
      return !known.contains(found.id) && made.name == found.name && made.type.text == found.type.text && made.isRequired == found.isRequired
        && made.initialDefault == found.initialDefault
    }
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
    let storage = storage(of: column)
    if let index = index(of: column.name) {
      return IcebergTypes.dataType(of: fields[index].type) == storage.storage ? nil : "the table has a column of that name of another type"
    }
    guard let position = position(place, in: fields) else { return Self.noSuchPlace }
    var last = lastColumnID + 1
    // Rows of older files have no value, so the column is nullable whatever the source says.
    var field = IcebergField(id: last, name: column.name, isRequired: false, type: .boolean, doc: Self.doc(column))
    field.type = IcebergTypes.type(of: storage.storage, lastID: &last)
    if let fill {
      guard let value = ConstantColumn.parse(fill, as: storage.storage), let json = DefaultValue.json(value, as: field.type) else {
        return "the value for the rows that are there is no \(storage.name)"
      }
      guard metadata.formatVersion >= 3 else {
        return "rows that are there would have to read a value, which Iceberg can say from format version 3 on only"
      }
      field.initialDefault = json
      field.writeDefault = json
    }
    lastColumnID = last
    fields.insert(field, at: position)
    return nil
  }

  private mutating func drop(_ name: String) -> String? {
    guard let index = index(of: name) else { return nil }
    if isPlacing(fields[index]) { return "a key or partition column cannot go" }
    if fields.count == 1 { return "it is the only column" }
    fields.remove(at: index)
    return nil
  }

  private mutating func rename(_ old: String, to new: String) -> String? {
    guard let index = index(of: old) else { return self.index(of: new) == nil ? Self.noSuchColumn : nil }
    if old == new { return nil }
    if isPlacing(fields[index]) { return "a key or partition column keeps its name" }
    if self.index(of: new) != nil { return "the table has a column of the new name" }
    fields[index].name = new
    return nil
  }

  private mutating func alter(_ column: TargetTable.Column) -> String? {
    guard let index = index(of: column.name) else { return Self.noSuchColumn }
    let storage = storage(of: column)
    var field = fields[index]
    guard let old = IcebergTypes.dataType(of: field.type) else { return "the column's type is not known to Sluice" }
    if old != storage.storage {
      if isPlacing(field) { return "the type of a key or partition column cannot change" }
      var last = lastColumnID
      let type = IcebergTypes.type(of: storage.storage, lastID: &last)
      guard Self.isPromotion(from: field.type, to: type, formatVersion: metadata.formatVersion) else {
        return "Iceberg cannot read \(field.type.text) as \(type.text)"
      }
      if let initial = field.initialDefault {
        // The default is told in the new type; a promotion keeps the value.
        guard let value = DefaultValue.column(initial, as: field.type), let promoted = TypePromotion.promote(value, to: storage.storage),
          let json = DefaultValue.json(promoted, as: type)
        else { return "the value of rows from before the column was added is no \(storage.name)" }
        field.initialDefault = json
        field.writeDefault = json
      }
      field.type = type
    }
    // A column that becomes NOT NULL at the source stays nullable: files may hold nulls.
    field.isRequired = field.isRequired && (!column.isNullable || base.identifierFieldIDs.contains(field.id))
    field.doc = Self.doc(column)
    fields[index] = field
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
    comment = text
    return nil
  }

  /// Changes of type under which files that are there stay readable (Iceberg specification, schema evolution).
  private static func isPromotion(from old: IcebergType, to new: IcebergType, formatVersion: Int) -> Bool {
    switch (old, new) {
    case (.int, .long), (.float, .double): true
    case (.decimal(let precision, let scale), .decimal(let wider, let same)): scale == same && wider > precision
    default: false
    }
  }

  private static let noSuchColumn = "the table has no such column"
  private static let noSuchPlace = "the table does not have the column that it is to follow"

  private static func doc(_ column: TargetTable.Column) -> String? { column.comment.isEmpty ? nil : column.comment }

  private func storage(of column: TargetTable.Column) -> LakeType {
    IcebergTypes.storage(of: column.type, formatVersion: metadata.formatVersion)
  }

  private func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

  private func isPlacing(_ field: IcebergField) -> Bool { placing.contains(field.id) }

  private func position(_ place: ColumnPlace, in fields: [IcebergField]) -> Int? {
    switch place {
    case .last: fields.count
    case .first: 0
    case .after(let name): fields.firstIndex { $0.name == name }.map { $0 + 1 }
    }
  }
}
