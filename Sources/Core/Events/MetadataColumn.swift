/// What is known of a row beside its columns. A name with a dollar sign stands for it in expressions and options.
public enum MetadataColumn: String, CaseIterable, Sendable, Codable {
  /// The source's database and table.
  case database, table
  /// `insert`, `update` or `delete`; rows of the copy are `insert`.
  case operation
  /// When the change was committed at the source; NULL for rows of the copy.
  case commitTime
  /// The place in the source's log up to which the change was read; NULL for rows of the copy.
  case position
  /// When Sluice took the row in.
  case ingestionTime

  /// `$commitTime`.
  public var name: String { "$" + rawValue }

  /// The metadata that `name` stands for: `$commitTime`.
  public init?(name: String) {
    guard name.first == "$" else { return nil }
    self.init(rawValue: String(name.dropFirst()))
  }

  public var type: DataType {
    switch self {
    case .database, .table, .operation, .position: .string
    case .commitTime, .ingestionTime: .instant(precision: 6)
    }
  }

  public var isNullable: Bool { self == .commitTime || self == .position }

  /// As a column of a table, under another name where one is given.
  public func definition(name: String? = nil) -> ColumnDefinition {
    ColumnDefinition(name: name ?? self.name, type: type, nativeType: "\(type)", isNullable: isNullable)
  }
}

extension ChangeBatch {
  /// One value a row of what is known beside the columns.
  public func column(of metadata: MetadataColumn) -> Column {
    switch metadata {
    case .database: return .repeating(table.database, count: rowCount)
    case .table: return .repeating(table.name, count: rowCount)
    case .position: return position.map { .repeating($0.text, count: rowCount) } ?? .nulls(of: metadata.type, count: rowCount)
    case .ingestionTime: return .repeating(ingestionTime ?? 0, of: metadata.type, count: rowCount)
    case .commitTime:
      guard let commitTimes else {
        return commitTime.map { .repeating($0, of: metadata.type, count: rowCount) } ?? .nulls(of: metadata.type, count: rowCount)
      }
      return .repeating(commitTimes, of: metadata.type)
    case .operation:
      guard case .each(let kinds) = kinds else { return .repeating("insert", count: rowCount) }
      return Self.operations(kinds)
    }
  }

  private static func operations(_ kinds: [UInt8]) -> Column {
    var builder = ColumnBuilder(type: .string, capacity: kinds.count)
    for kind in kinds {
      switch kind {
      case RowKind.insert.rawValue: builder.append(text: "insert")
      case RowKind.delete.rawValue: builder.append(text: "delete")
      default: builder.append(text: "update")
      }
    }
    return builder.finish()
  }
}
