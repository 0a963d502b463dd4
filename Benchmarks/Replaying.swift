import SluiceConnectors
import SluiceCore

/// B1: events of the binary log from memory into batches.
struct Replaying {
  private let replay: BinlogReplay

  init() throws {
    let columns = Lineitem.columns.map { name, type, _ in
      switch type {
      case .int64: (name, "bigint")
      case .int32: (name, "int")
      case .decimal(let precision, let scale): (name, "decimal(\(precision),\(scale))")
      case .date: (name, "date")
      case .timestamp(let precision): (name, "datetime(\(precision))")
      default: (name, name == "l_returnflag" || name == "l_linestatus" ? "char(1)" : "varchar(40)")
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
