/// How far the store of dirty rows belongs to a checkpoint, and what it holds there.
public struct DirtyState: Hashable, Sendable, Codable {
  /// The newest file's number and its bytes; later bytes and files belong to nothing.
  public var file: Int
  public var bytes: Int
  /// The number of the last row that was kept.
  public var lastID: Int
  /// Rows that went with the oldest files.
  public var dropped: Int
  public var tables: [Table]

  /// What is counted of one source table since it was copied last.
  public struct Table: Hashable, Sendable, Codable {
    public var table: TableID
    /// `nil` for rows that went to no single target.
    public var target: TableID?
    public var counts: [Count]

    public init(table: TableID, target: TableID?, counts: [Count] = []) {
      self.table = table
      self.target = target
      self.counts = counts
    }
  }

  /// Rows of one reason.
  public struct Count: Hashable, Sendable, Codable {
    public var node: String
    public var code: String
    public var rows: Int
    /// Of them, those that went through again or need not any more.
    public var settled: Int

    public init(node: String, code: String, rows: Int = 0, settled: Int = 0) {
      self.node = node
      self.code = code
      self.rows = rows
      self.settled = settled
    }
  }

  public init() {
    file = 1
    bytes = 0
    lastID = 0
    dropped = 0
    tables = []
  }

  /// Rows that still wait for somebody, of one table or of all. A row that fails on its way to several targets of its table is one.
  public func open(of table: TableID? = nil) -> Int { reasons(of: table).values.reduce(0, +) }

  /// Those rows by what was wrong with them.
  public func reasons(of table: TableID? = nil) -> [Reason: Int] {
    var most: [Reason: Int] = [:]
    for entry in tables where table == nil || entry.table == table {
      for count in entry.counts where count.rows > count.settled {
        let reason = Reason(table: entry.table, node: count.node, code: count.code)
        most[reason] = max(most[reason] ?? 0, count.rows - count.settled)
      }
    }
    return most
  }

  /// Where rows of a table fail, and why.
  public struct Reason: Hashable, Sendable {
    public let table: TableID
    public let node: String
    public let code: String
  }
}
