import SluiceCore

/// The loops that make results. Each takes what is NULL anyway and a body for a row, which is inlined into the loop; what it throws makes the row fail,
/// unless the row is NULL anyway: then what the body did does not count.
extension Call {
  @inline(__always)
  func fixed<Value: BitwiseCopyable>(
    _ known: NullBits, _ log: inout FailureLog, _ body: (Int) throws(RowFailure.Reason) -> Value
  ) -> Vector {
    var nulls = known
    let result = Buffer.room(rowCount * MemoryLayout<Value>.stride)
    let values = result.base.assumingMemoryBound(to: Value.self)
    for row in 0..<rowCount {
      do throws(RowFailure.Reason) {
        values[row] = try body(row)
      } catch {
        fail(error, row, &nulls, &log)
        UnsafeMutableRawPointer(values + row).initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<Value>.stride)
      }
    }
    return Vector(Column(type: type, count: rowCount, nullCount: nulls.count, validity: nulls.buffer, values: result))
  }

  /// As `fixed`, where the body gives no value for a row that is NULL.
  @inline(__always)
  func fixedOrNull<Value: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ known: NullBits, _ log: inout FailureLog, _ body: (Int) throws(RowFailure.Reason) -> Value?
  ) -> Vector {
    var nulls = known
    let result = Buffer.room(rowCount * MemoryLayout<Value>.stride)
    let values = result.base.assumingMemoryBound(to: Value.self)
    for row in 0..<rowCount {
      values[row] = 0
      if nulls.isNull(row) { continue }
      do throws(RowFailure.Reason) {
        if let value = try body(row) { values[row] = value } else { nulls.setNull(row) }
      } catch {
        fail(error, row, &nulls, &log)
      }
    }
    return Vector(Column(type: type, count: rowCount, nullCount: nulls.count, validity: nulls.buffer, values: result))
  }

  /// Unscaled decimals of the call's type, checked against its precision.
  @inline(__always)
  func decimal(_ known: NullBits, _ log: inout FailureLog, _ body: (Int) throws(RowFailure.Reason) -> Int128) -> Vector {
    guard case .decimal(let precision, _) = type else { preconditionFailure("\(type) is no decimal") }
    let limit = Decimal128.power(precision)
    if precision <= 18 {
      return fixed(known, &log) { row throws(RowFailure.Reason) -> Int64 in
        let value = try body(row)
        guard value < limit, value > -limit else { throw .outOfRange }
        return Int64(truncatingIfNeeded: value)
      }
    }
    return fixed(known, &log) { row throws(RowFailure.Reason) -> Int128 in
      let value = try body(row)
      guard value < limit, value > -limit else { throw .outOfRange }
      return value
    }
  }

  /// Booleans.
  @inline(__always)
  func flags(_ known: NullBits, _ log: inout FailureLog, _ body: (Int) throws(RowFailure.Reason) -> Bool) -> Vector {
    var nulls = known
    let byteCount = (rowCount + 7) / 8
    let result = Buffer.room(byteCount)
    var row = 0
    for byte in 0..<byteCount {
      var bits: UInt8 = 0
      let last = min(row &+ 8, rowCount)
      var mask: UInt8 = 1
      while row < last {
        do throws(RowFailure.Reason) {
          if try body(row) { bits |= mask }
        } catch {
          fail(error, row, &nulls, &log)
        }
        mask = mask &<< 1
        row &+= 1
      }
      result.octets[byte] = bits
    }
    return Vector(Column(type: .boolean, count: rowCount, nullCount: nulls.count, validity: nulls.buffer, values: result))
  }

  /// Texts. `expecting` is a guess at their bytes.
  @inline(__always)
  func text(
    _ known: NullBits, expecting byteCount: Int, _ log: inout FailureLog,
    _ body: (Int, inout TextSink) throws(RowFailure.Reason) -> Void
  ) -> Vector {
    textOrNull(known, expecting: byteCount, &log) { row, sink throws(RowFailure.Reason) in
      try body(row, &sink)
      return true
    }
  }

  /// As `text`, where the body says whether the row has a value.
  @inline(__always)
  func textOrNull(
    _ known: NullBits, expecting byteCount: Int, _ log: inout FailureLog,
    _ body: (Int, inout TextSink) throws(RowFailure.Reason) -> Bool
  ) -> Vector {
    var nulls = known
    var sink = TextSink(rows: rowCount, expecting: byteCount)
    for row in 0..<rowCount {
      if !nulls.isNull(row) {
        do throws(RowFailure.Reason) {
          let hasValue = try body(row, &sink)
          if sink.isTooLong || sink.rowBytes > TextSink.maxValue { throw .tooLong }
          if !hasValue {
            sink.discardRow()
            nulls.setNull(row)
          }
        } catch {
          sink.discardRow()
          fail(error, row, &nulls, &log)
        }
      }
      sink.finishRow()
    }
    return Vector(sink.finish(type, nulls))
  }

  @inline(never)
  func fail(_ reason: RowFailure.Reason, _ row: Int, _ nulls: inout NullBits, _ log: inout FailureLog) {
    guard !nulls.isNull(row) else { return }
    nulls.setNull(row)
    log.add(reason, row: row, in: self)
  }
}
