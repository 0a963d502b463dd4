import SluiceCore

/// `logicalDelete`: a delete at the source keeps the row in the lake with a flag and a time; a row that comes again is live again.
struct LogicalDeleteNode: TransformPlugin, Transform {
  static let id = "logicalDelete"
  static let title = "Keep deleted rows"
  static let options = LogicalDeletion.options

  let namedColumns: [String] = []
  var madeColumns: [String] { deletion.columns }
  private let deletion: LogicalDeletion

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    LogicalDeleteNode(deletion: try LogicalDeletion(options, at: path))
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    Bound(output: try deletion.output(of: table), deletion: deletion)
  }

  private struct Bound: BoundTransform {
    let output: TableDefinition
    let deletion: LogicalDeletion
    var keepsDeletedRows: Bool { true }

    func apply(_ batch: ChangeBatch, failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
      deletion.apply(batch)
    }
  }
}
