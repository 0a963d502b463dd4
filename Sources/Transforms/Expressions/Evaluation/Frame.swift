import SluiceCore

/// The rows that a part of an expression is evaluated for: all rows of a batch, or those for which that part matters.
struct Frame {
  /// The batch's columns; in a narrowed frame, only those that the part reads.
  let columns: [Column]
  let rowCount: Int
  /// The rows of the batch, when they are not all.
  private let rows: [Int32]?

  init(_ batch: Batch) {
    columns = batch.columns
    rowCount = batch.rowCount
    rows = nil
  }

  private init(columns: [Column], rows: [Int32]) {
    self.columns = columns
    self.rows = rows
    rowCount = rows.count
  }

  /// A frame of one row and no columns, for what is constant.
  static let constant = Frame(Batch(columns: [], rowCount: 1))

  /// The batch's row that is row `row` here.
  func origin(of row: Int) -> Int { rows.map { Int($0[row]) } ?? row }

  /// The rows at `indexes` with the columns that `node` reads.
  func narrowed(to indexes: [Int32], for node: Node) -> Frame {
    var narrow = columns
    for input in node.inputs { narrow[input] = columns[input].taking(indexes) }
    return Frame(columns: narrow, rows: rows.map { rows in indexes.map { rows[Int($0)] } } ?? indexes)
  }
}

/// Where an operation stands in the expression, and how it is called.
struct Site: Sendable {
  let operation: String
  let place: TextPlace
}

/// One evaluation of one operation: what its kernels need to make a result.
struct Call {
  let frame: Frame
  let site: Site
  let type: DataType

  var rowCount: Int { frame.rowCount }
}
