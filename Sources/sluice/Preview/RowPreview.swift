internal import SluiceCore

/// A few real rows of a source table on their way: as they are read, and as they leave each node.
struct RowPreview {
  /// What the rows look like at one point of the way.
  struct Stage {
    /// The node that they leave, by its plug-in's id and its place in the spec; `nil` for the source.
    let node: (id: String, path: String)?
    let columns: [ColumnDefinition]
    /// The primary key there.
    let key: [String]
  }

  /// What a row is at one stage.
  enum Step {
    case row(RowImage)
    /// A node took it out.
    case left
    /// A node could not deal with it.
    case failed(column: String, reason: String)
  }

  let source: TableID
  let target: TableID
  let stages: [Stage]
  /// For each row its steps, one a stage up to the one where it ended.
  private(set) var rows: [[Step]] = []

  /// Takes the rows of `batch` through the chain one by one, so that each can be told at every stage.
  init(_ batch: ChangeBatch, _ chain: TransformChain, target: TableID, at time: Int64) throws {
    source = batch.table
    self.target = target
    stages =
      [Stage(node: nil, columns: chain.input.columns, key: chain.input.primaryKey)]
      + chain.steps.map { step in
        Stage(node: (step.node.id, step.node.path), columns: step.bound.output.columns, key: step.bound.output.primaryKey)
      }
    for row in 0..<batch.rowCount {
      rows.append(try Self.steps(of: batch.taking([Int32(row)]).takenIn(at: time), chain))
    }
  }

  private static func steps(of row: ChangeBatch, _ chain: TransformChain) throws -> [Step] {
    var steps = [Step.row(RowImage(row.rows, row: 0, columns: chain.input.columns))]
    var current = row
    for step in chain.steps {
      var failures: [RowFailure] = []
      current = try step.bound.apply(current, failures: &failures)
      if let failure = failures.first {
        return steps + [.failed(column: failure.column, reason: failure.reason)]
      }
      guard current.rowCount > 0 else { return steps + [.left] }
      steps.append(.row(RowImage(current.rows, row: 0, columns: step.bound.output.columns)))
    }
    return steps
  }
}
