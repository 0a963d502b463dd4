/// Rows as the text protocol delivers them: pointers and lengths into one run of memory, as in the client library's buffer.
final class WireRows {
  let rowCount: Int
  let width = Lineitem.columns.count
  let values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  let lengths: UnsafeMutablePointer<UInt>
  private(set) var byteCount = 0
  private let bytes: UnsafeMutablePointer<CChar>

  init(_ rowCount: Int) {
    self.rowCount = rowCount
    values = .allocate(capacity: rowCount * width)
    lengths = .allocate(capacity: rowCount * width)
    bytes = .allocate(capacity: rowCount * 320)
    var lineitem = Lineitem()
    for row in 0..<rowCount {
      for (column, text) in lineitem.texts(row).enumerated() {
        let place = row * width + column
        values[place] = text == nil ? nil : bytes + byteCount
        lengths[place] = UInt(text?.utf8.count ?? 0)
        for byte in text?.utf8 ?? "".utf8 {
          bytes[byteCount] = CChar(bitPattern: byte)
          byteCount += 1
        }
      }
    }
  }

  deinit {
    values.deallocate()
    lengths.deallocate()
    bytes.deallocate()
  }
}
