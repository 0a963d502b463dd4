import SluiceConnectors
import SluiceCore

/// B1: events of the binary log from memory into batches.
struct Replaying {
  private let replay: BinlogReplay

  init() throws {
    let columns = Lineitem.columns.map { name, type, _ in
      switch type {
      case .int64: (name, "bigint", "bigint", 19, 0, 0)
      case .int32: (name, "int", "int", 10, 0, 0)
      case .decimal(let precision, let scale): (name, "decimal", "decimal(\(precision),\(scale))", precision, scale, 0)
      case .date: (name, "date", "date", 0, 0, 0)
      case .timestamp(let precision): (name, "datetime", "datetime(\(precision))", 0, 0, precision)
      default: name == "l_returnflag" || name == "l_linestatus" ? (name, "char", "char(1)", 0, 0, 0) : (name, "varchar", "varchar(40)", 0, 0, 0)
      }
    }
    replay = try BinlogReplay(TableID(database: "bench", name: "lineitem"), columns: columns, key: "id")
  }

  /// The rows that came out, and the CPU seconds that it took.
  func run(_ log: BinlogEvents) throws -> (rows: Int, seconds: Double) {
    var rows = 0
    let start = ProcessorClock.seconds
    try replay.run(log.events, rows: 16_384) { rows += $0.rowCount }
    return (rows, ProcessorClock.seconds - start)
  }
}
