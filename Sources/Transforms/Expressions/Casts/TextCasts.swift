import SluiceCore

/// Casts to and from text.
enum TextCasts {
  /// How values of `type` are written; `nil` for types that have no text.
  static func render(_ type: DataType) -> Cast? {
    switch type {
    case .boolean:
      return Cast(canFail: false) { call, vectors, log in
        let source = FlagReader(vectors[0])
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 5, &log) { row, sink in
          sink.append(source[row] ? "true" : "false")
        }
      }
    case .int8: return integers(Int8.self)
    case .int16: return integers(Int16.self)
    case .int32: return integers(Int32.self)
    case .int64: return integers(Int64.self)
    case .uint8: return integers(UInt8.self)
    case .uint16: return integers(UInt16.self)
    case .uint32: return integers(UInt32.self)
    case .uint64:
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: UInt64.self)
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in
          sink.append(magnitude: source[row], width: 1)
        }
      }
    case .float32:
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Float.self)
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in sink.append(float: source[row]) }
      }
    case .float64:
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Double.self)
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in sink.append(float: source[row]) }
      }
    case .decimal(_, let scale):
      return Cast(canFail: false) { call, vectors, log in
        let source = DecimalReader(vectors[0])
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 12, &log) { row, sink in
          sink.append(unscaled: source[row], scale: scale)
        }
      }
    case .date:
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int32.self)
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 10, &log) { row, sink in sink.append(days: Int(source[row]))
        }
      }
    case .time(let digits):
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 15, &log) { row, sink in
          sink.append(time: source[row], perSecond: 1_000_000, digits: digits)
        }
      }
    case .timestamp(let digits), .instant(let digits):
      let perSecond = type.unitsPerSecond
      let isInstant = type.isInstant
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 28, &log) { row, sink in
          sink.append(timestamp: source[row], perSecond: perSecond, digits: digits)
          if isInstant { sink.append(UInt8(ascii: "Z")) }
        }
      }
    case .binary:
      return Cast(canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink throws(RowFailure.Reason) in
          guard UTF8Text.isValid(source[row]) else { throw .invalidText }
          sink.append(source[row])
        }
      }
    case .string, .json, .array, .map, .row: return nil
    }
  }

  private static func integers<Source: FixedWidthInteger & BitwiseCopyable & Sendable>(_: Source.Type) -> Cast {
    Cast(canFail: false) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Source.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in
        sink.append(integer: Int64(truncatingIfNeeded: source[row]))
      }
    }
  }

  // MARK: - From text

  /// How values of `type` are read; `nil` for types that have no text.
  static func parse(_ type: DataType) -> Cast? {
    switch type {
    case .boolean:
      return Cast(canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.flags(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) in try TextScanner(source[row]).boolean() }
      }
    case .int64:
      return Cast(canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          var scanner = TextScanner(source[row])
          return try scanner.integer()
        }
      }
    case .uint64:
      let wide = DataType.decimal(precision: 38, scale: 0)
      return parse(wide)?.then(Cast(from: wide, to: .uint64) ?? none, through: wide)
    case .int8, .int16, .int32, .uint8, .uint16, .uint32:
      return parse(.int64)?.then(Cast(from: .int64, to: type) ?? none, through: .int64)
    case .decimal(_, let scale):
      return Cast(canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.decimal(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int128 in
          var scanner = TextScanner(source[row])
          return try scanner.decimal(scale: scale)
        }
      }
    case .float64:
      return Cast(canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Double in
          var scanner = TextScanner(source[row])
          return try scanner.float()
        }
      }
    case .float32: return parse(.float64)?.then(Cast(from: .float64, to: .float32) ?? none, through: .float64)
    case .date:
      return Cast(canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int32 in
          var scanner = TextScanner(source[row])
          return try scanner.date()
        }
      }
    case .time(let digits):
      let unit = TimeCasts.granularity(1_000_000, digits)
      return Cast(canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          var scanner = TextScanner(source[row])
          let value = try scanner.time(precision: digits)
          return value - value % unit
        }
      }
    case .timestamp(let digits), .instant(let digits):
      let perSecond = type.unitsPerSecond
      let unit = TimeCasts.granularity(perSecond, digits)
      let isInstant = type.isInstant
      return Cast(canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          var scanner = TextScanner(source[row])
          let value = isInstant ? try scanner.instant(perSecond: perSecond) : try scanner.timestamp(perSecond: perSecond)
          return value - Calendar.floorRemainder(value, unit)
        }
      }
    case .string, .json, .binary, .array, .map, .row: return nil
    }
  }

  private static let none = Cast(canFail: false) { _, vectors, _ in vectors[0] }
}
