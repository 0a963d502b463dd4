import SluiceConnectors
import SluiceCore

/// P1: text-protocol values from memory into columns.
struct Decoding {
  private let decoders: [ValueDecoder] = Lineitem.columns.map { column in
    switch column.type {
    case .int32: ValueDecoder(.int32)
    case .int64: ValueDecoder(.int64)
    case .decimal(_, let scale): ValueDecoder(.decimal64, scale: scale)
    case .date: ValueDecoder(.date)
    case .timestamp(let precision): ValueDecoder(.microseconds, scale: precision)
    default: ValueDecoder(.text)
    }
  }

  /// The rows as batches, and the CPU seconds that decoding them took.
  func run(_ wire: WireRows) -> (batches: [Batch], seconds: Double) {
    var builder = BatchBuilder(types: Lineitem.columns.map(\.type), capacity: 16_384)
    var batches: [Batch] = []
    var bytes = 0
    let start = ProcessorClock.seconds
    for row in 0..<wire.rowCount {
      guard let columns = builder.columns.baseAddress else { break }
      let first = row * wire.width
      let failed = decoders.withUnsafeBufferPointer { decoders in
        decoders.baseAddress.map {
          RowDecoder.append(wire.values + first, wire.lengths + first, $0, to: columns, count: wire.width, byteCount: &bytes)
        }
      }
      precondition(failed == -1, "row \(row) was refused")
      builder.finishRow()
      if builder.rowCount == 16_384 { batches.append(builder.finish()) }
    }
    batches.append(builder.finish())
    return (batches, ProcessorClock.seconds - start)
  }
}
