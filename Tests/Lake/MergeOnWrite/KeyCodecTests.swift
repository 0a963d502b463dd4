import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

@Suite struct KeyCodecTests {
  @Test("encoded keys order as the lake orders keys, and sort that way", arguments: KeyShape.all)
  func order(shape: KeyShape) throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    let numbers = (0..<700).map { _ in Int.random(in: 0..<600, using: &random) }
    try check(shape.rows(numbers))
  }

  @Test("numbers at their bounds, infinities and not-a-number have their place in the order")
  func bounds() throws {
    let types: [DataType] = [.float32, .float64, .int64, .decimal(precision: 38, scale: 0), .uint64, .uint8]
    let doubles: [Double] = [
      0, -0.0, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1.5, -1.5, .greatestFiniteMagnitude,
    ]
    for (index, type) in types.enumerated() {
      var builder = BatchBuilder(types: [type])
      for place in doubles.indices {
        switch index {
        case 0: builder.columns[0].append(Float(doubles[place]))
        case 1: builder.columns[0].append(doubles[place])
        case 2: builder.columns[0].append([Int64.min, .max, -1, 0, 1, 255, 256, -256, .min + 1, .max - 1, 7][place])
        case 3: builder.columns[0].append(([Int128.min, .max, -1, 0, 1, 255, 256, -256, .min + 1, .max - 1, 7] as [Int128])[place])
        case 4: builder.columns[0].append([UInt64.min, .max, 1, 2, 3, 255, 256, 1 << 63, 1 << 63 - 1, .max - 1, 7][place])
        default: builder.columns[0].append(UInt8(place * 25))
        }
        builder.finishRow()
      }
      try check(builder.finish())
    }
  }

  private func check(_ batch: Batch) throws {
    let codec = try KeyCodec(batch.columns.map(\.type))
    let keys = try codec.encode(batch)
    let order = KeyOrder(keys: Array(batch.columns.indices))
    for left in 0..<batch.rowCount {
      for right in 0..<batch.rowCount {
        let expected = order.compare(batch, left, batch, right).signum()
        let found = keys.compare(left, keys.start(right), keys.length(right)).signum()
        if expected != found { return #expect(found == expected, "rows \(left) and \(right) of \(batch.columns.map(\.type))") }
      }
    }
    #expect(KeySort.order(of: keys) == order.sortedIndexes(of: batch))
  }

  @Test("a slice of a batch has the keys of its rows", arguments: KeyShape.all)
  func slices(shape: KeyShape) throws {
    let codec = try KeyCodec(shape.columns.map(\.type))
    let batch = shape.rows(Array(0..<60))
    let whole = try codec.encode(batch)
    let part = try codec.encode(batch.slice(from: 17, count: 30))
    for row in 0..<30 { #expect(whole.compare(row + 17, part.start(row), part.length(row)) == 0) }
    let row = BinaryRow(batch.columns, row: 5)
    #expect(whole.compare(5, try codec.encode(row)) == 0)
  }

  @Test("a key with a null is refused")
  func nulls() throws {
    let codec = try KeyCodec([.int64])
    #expect(throws: SluiceError.self) { try codec.encode(Batch(columns: [.nulls(of: .int64, count: 2)], rowCount: 2)) }
    #expect(throws: SluiceError.self) { try KeyCodec([.array(.int8)]) }
  }
}
