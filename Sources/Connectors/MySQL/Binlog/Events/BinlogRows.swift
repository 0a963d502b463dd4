internal import SluiceCore

/// Changed rows of one table, still packed. Its pointers lead into the event's bytes.
struct BinlogRows {
  enum Change: Sendable {
    case insert, update, delete
  }

  let map: BinlogTableMap
  let change: Change
  /// The last rows of a statement.
  let isStatementEnd: Bool
  /// JSON values of images after an update may be told as differences.
  let isPartial: Bool
  /// Whether each image has every column.
  let isComplete: Bool
  /// The images, one after the other; of an update before and after in turn.
  let images: UnsafeRawBufferPointer

  /// The part of an event before the images.
  struct Head {
    let tableNumber: UInt64
    let isStatementEnd: Bool
    let isComplete: Bool
    /// Bytes of the body that the head takes.
    let length: Int

    /// Of the placeholder that only ends a statement.
    var isPlaceholder: Bool { tableNumber == 0xff_ffff }

    /// - Parameter isVersion2: whether a part of variable length follows the fixed one.
    init(_ body: UnsafeRawBufferPointer, isVersion2: Bool, fixedLength: Int, isUpdate: Bool) throws {
      var cursor = BinlogCursor(body, "a row event")
      tableNumber = try cursor.littleEndian(fixedLength == 6 ? 4 : 6)
      isStatementEnd = try cursor.uint16() & 1 != 0
      if isVersion2 {
        let extra = Int(try cursor.uint16())
        guard extra >= 2 else { throw cursor.damaged("its variable part has no room for its length") }
        try cursor.skip(extra - 2)
      }
      // A bit a column follows, so there can be eight for each byte.
      let width = Int(clamping: try cursor.packed())
      guard width <= cursor.remaining * 8 else { throw cursor.damaged("it has more columns than bits for them") }
      let isPlaceholder = tableNumber == 0xff_ffff
      var isComplete = true
      for _ in 0..<(isUpdate && !isPlaceholder ? 2 : 1) {
        let present = try cursor.bytes((width + 7) / 8)
        if !Self.hasAll(present, width) { isComplete = false }
      }
      self.isComplete = isComplete
      columnCount = width
      length = cursor.offset
    }

    let columnCount: Int

    private static func hasAll(_ bits: UnsafeRawBufferPointer, _ width: Int) -> Bool {
      for index in 0..<(width >> 3) where bits[index] != 0xff { return false }
      let last = UInt8(truncatingIfNeeded: (1 << (width & 7)) - 1)
      return width & 7 == 0 || bits[width >> 3] & last == last
    }
  }

  init(_ head: Head, map: BinlogTableMap, change: Change, isPartial: Bool, images: UnsafeRawBufferPointer) throws {
    guard head.columnCount == map.columns.count else {
      throw SluiceError(
        .sourceLogDamaged, "a row event has \(head.columnCount) columns, its table map \(map.columns.count)", at: .init(table: map.table))
    }
    self.map = map
    self.change = change
    self.isPartial = isPartial
    self.images = images
    isStatementEnd = head.isStatementEnd
    isComplete = head.isComplete
  }
}
