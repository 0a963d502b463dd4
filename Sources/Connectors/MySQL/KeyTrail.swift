/// A copy of the last row's key values: the client library overwrites a row when the next one comes.
struct KeyTrail: ~Copyable {
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity = 256
  private var ends: [Int] = []

  init() {
    bytes = .allocate(capacity: capacity)
  }

  deinit {
    bytes.deallocate()
  }

  var isEmpty: Bool { ends.isEmpty }

  /// The value of key part `index`, valid until the next copy.
  func part(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = index == 0 ? 0 : ends[index - 1]
    return UnsafeBufferPointer(start: bytes + start, count: ends[index] - start)
  }

  /// Copies the values of `fields`.
  @inline(__always)
  mutating func copy(_ values: RowDecoder.Values, _ lengths: UnsafeMutablePointer<UInt>, _ fields: [Int32]) {
    if ends.count != fields.count { ends = Array(repeating: 0, count: fields.count) }
    var end = 0
    for (index, field) in fields.enumerated() {
      let count = Int(bitPattern: lengths[Int(field)])
      if end &+ count > capacity { grow(end, count) }
      if let start = values[Int(field)] {
        UnsafeMutableRawPointer(bytes + end).copyMemory(from: start, byteCount: count)
        end &+= count
      }
      ends[index] = end
    }
  }

  private mutating func grow(_ used: Int, _ extra: Int) {
    let larger = max(capacity * 2, used + extra)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    grown.update(from: bytes, count: used)
    bytes.deallocate()
    bytes = grown
    capacity = larger
  }
}
