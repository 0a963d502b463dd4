internal import SluiceCore

extension Column {
  /// Whether a floating-point column holds a NaN, which Parquet's bounds leave out.
  var holdsNaN: Bool {
    switch type {
    case .float32: holdsNaN(Float.self)
    case .float64: holdsNaN(Double.self)
    default: false
    }
  }

  private func holdsNaN<Value: BinaryFloatingPoint & BitwiseCopyable>(_: Value.Type) -> Bool {
    guard count > 0 else { return false }
    let values = fixed(as: Value.self)
    for row in 0..<count where values[row] != values[row] && !isNull(row) { return true }
    return false
  }
}
