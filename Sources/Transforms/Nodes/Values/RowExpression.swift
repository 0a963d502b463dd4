import SluiceCore

/// An expression as an option holds it: over the columns of a table and the metadata of its rows.
struct RowExpression: Sendable {
  let expression: Expression
  /// Its place in the spec.
  private let path: String

  /// Throws what is wrong with the text as an issue of the option `key` at `path`.
  init(_ text: String, at path: String, key: String) throws {
    self.path = OptionIssue.path(path, key: key)
    do {
      expression = try Expression(parsing: text)
    } catch let error as SluiceError {
      throw OptionIssues(path, key: key, error.place.position.map { "\($0): \(error.message)" } ?? error.message)
    }
  }

  /// The columns of tables that it reads.
  var columns: [String] { expression.columns.filter { MetadataColumn(name: $0) == nil } }

  func bound(to table: TableDefinition, asCondition: Bool = false) throws -> Bound {
    let metadata = expression.columns.compactMap { MetadataColumn(name: $0) }.filter { table.columnIndex($0.name) == nil }
    let columns = table.columns + metadata.map { $0.definition() }
    do {
      let bound = try asCondition ? expression.condition(over: columns) : expression.bound(to: columns)
      return Bound(expression: bound, metadata: metadata)
    } catch var error as SluiceError {
      error.place.path = path
      throw error
    }
  }

  /// Bound to one version of one table.
  struct Bound: Sendable {
    let expression: BoundExpression
    private let metadata: [MetadataColumn]

    fileprivate init(expression: BoundExpression, metadata: [MetadataColumn]) {
      self.expression = expression
      self.metadata = metadata
    }

    func evaluate(_ batch: ChangeBatch) -> Evaluation { expression.evaluate(rows(of: batch)) }

    func select(_ batch: ChangeBatch) -> Selection { expression.select(rows(of: batch)) }

    private func rows(of batch: ChangeBatch) -> Batch {
      guard !metadata.isEmpty else { return batch.rows }
      return Batch(columns: batch.rows.columns + metadata.map { batch.column(of: $0) }, rowCount: batch.rowCount)
    }
  }
}

extension RowFailure {
  /// The failure of a cell of `column`, or with an empty name of a condition.
  func asRowFailure(column: String = "") -> SluiceCore.RowFailure {
    .init(row: row, column: column, code: reason.rawValue, reason: description)
  }
}

extension CellFailures {
  mutating func add(_ failures: [RowFailure], column: String) {
    for failure in failures { add(row: failure.row, column: column, code: failure.reason.rawValue, reason: failure.description) }
  }
}
