import SluiceCore

/// NULL for every value.
struct NullMask: ColumnRewrite {
  let type: DataType
  var makesNulls: Bool { true }
  var note: String? { "masked" }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    .nulls(of: type, count: column.count)
  }
}

/// The same text for every value.
struct FixedTextMask: ColumnRewrite {
  let type = DataType.string
  let text: [UInt8]
  var note: String? { "masked" }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    var writer = TextWriter(for: column, expecting: column.count * text.count)
    for _ in 0..<column.count {
      _ = writer.append(text)
      writer.finishValue()
    }
    return writer.finish(.string)
  }
}

/// Zero for every value: 0, false, 1970-01-01, 00:00, no bytes. `nil` for types without one.
struct ZeroMask: ColumnRewrite {
  let type: DataType
  var note: String? { "masked" }

  init?(of type: DataType) {
    switch type.layout {
    case .bits, .fixed: break
    case .bytes where type == .binary: break
    default: return nil
    }
    self.type = type
  }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    let rows = column.offset + column.count
    let width =
      switch type.layout {
      case .fixed(let width): width
      default: 4
      }
    let byteCount = type.layout == .bits ? (rows + 7) / 8 : (rows + 1) * width
    let zeros = UnsafeMutableRawPointer.allocate(byteCount: byteCount + 16, alignment: 16)
    zeros.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount + 16)
    return Column(
      type: type, count: column.count, nullCount: column.nullCount, offset: column.offset, validity: column.validity,
      values: Buffer(adopting: zeros, byteCount: byteCount), bytes: type.layout == .bytes ? column.bytes : nil)
  }
}
