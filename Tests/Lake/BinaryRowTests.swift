import SluiceCore
import Testing

@testable import SluiceLake

@Suite struct BinaryRowTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let types: [DataType]
    let values: [Value]
    let row: String
    let hash: Int32
    let buckets: [Int32]

    var testDescription: String { "\(types) \(row)" }
  }

  enum Value: Sendable {
    case null
    case integer(Int128)
    case text(String)
    case bytes([UInt8])
    case double(Double)
    case flag(Bool)
  }

  /// What pypaimon makes of them.
  static let vectors: [Vector] = [
    .init(types: [.int32], values: [.integer(0)], row: "00000000000000000000000000000000", hash: -300_363_099, buckets: [3, 11, 1]),
    .init(types: [.int32], values: [.integer(1)], row: "00000000000000000100000000000000", hash: 1_465_514_398, buckets: [2, 14, 5]),
    .init(types: [.int32], values: [.integer(-1)], row: "0000000000000000ffffffff00000000", hash: 1_133_687_267, buckets: [3, 3, 6]),
    .init(types: [.int32], values: [.integer(123456)], row: "000000000000000040e2010000000000", hash: -85_522_181, buckets: [1, 5, 3]),
    .init(types: [.int64], values: [.integer(0)], row: "00000000000000000000000000000000", hash: -300_363_099, buckets: [3, 11, 1]),
    .init(types: [.int64], values: [.integer(1)], row: "00000000000000000100000000000000", hash: 1_465_514_398, buckets: [2, 14, 5]),
    .init(types: [.int64], values: [.integer(42)], row: "00000000000000002a00000000000000", hash: 907_821_237, buckets: [1, 5, 1]),
    .init(types: [.int64], values: [.integer(-7)], row: "0000000000000000f9ffffffffffffff", hash: 1_145_478_327, buckets: [3, 7, 0]),
    .init(
      types: [.int64], values: [.integer(9_007_199_254_740_993)], row: "00000000000000000100000000002000", hash: 1_801_556_886, buckets: [2, 6, 3]),
    .init(types: [.int16], values: [.integer(7)], row: "00000000000000000700000000000000", hash: -348_168_691, buckets: [3, 3, 3]),
    .init(types: [.int8], values: [.integer(-3)], row: "0000000000000000fd00000000000000", hash: -1_390_933_618, buckets: [2, 2, 4]),
    .init(types: [.boolean], values: [.flag(true)], row: "00000000000000000100000000000000", hash: 1_465_514_398, buckets: [2, 14, 5]),
    .init(types: [.string], values: [.text("")], row: "00000000000000000000000000000080", hash: 302_122_119, buckets: [3, 7, 5]),
    .init(types: [.string], values: [.text("a")], row: "00000000000000006100000000000081", hash: 943_281_246, buckets: [2, 14, 5]),
    .init(types: [.string], values: [.text("abcdefg")], row: "00000000000000006162636465666787", hash: -1_431_907_323, buckets: [3, 11, 0]),
    .init(
      types: [.string], values: [.text("abcdefgh")], row: "000000000000000008000000100000006162636465666768", hash: -843_760_178,
      buckets: [2, 2, 2]),
    .init(types: [.string], values: [.text("中文")], row: "0000000000000000e4b8ade696870086", hash: 1_956_728_004, buckets: [0, 4, 0]),
    .init(
      types: [.string], values: [.text("order-0000000001")], row: "000000000000000010000000100000006f726465722d30303030303030303031",
      hash: -105_309_004, buckets: [0, 12, 3]),
    .init(types: [.date], values: [.integer(20455)], row: "0000000000000000e74f000000000000", hash: 213_816_286, buckets: [2, 14, 5]),
    .init(
      types: [.decimal(precision: 10, scale: 2)], values: [.integer(1234)], row: "0000000000000000d204000000000000", hash: -1_096_042_293,
      buckets: [1, 5, 3]),
    .init(
      types: [.decimal(precision: 20, scale: 2)], values: [.integer(1234)],
      row: "0000000000000000020000001000000004d20000000000000000000000000000", hash: -531_788_649, buckets: [1, 9, 0]),
    .init(
      types: [.decimal(precision: 20, scale: 2)], values: [.integer(-12_345_678_901_234_567_890)],
      row: "00000000000000000900000010000000ff54ab567314e0f52e00000000000000", hash: -1_785_847_977, buckets: [1, 9, 4]),
    .init(
      types: [.timestamp(precision: 3)], values: [.integer(1_767_323_045_678)], row: "00000000000000002e8fa97c9b010000", hash: -1_190_473_389,
      buckets: [1, 13, 0]),
    .init(
      types: [.timestamp(precision: 6)], values: [.integer(1_767_323_045_678_901)],
      row: "000000000000000088bf0d00100000002e8fa97c9b010000", hash: 1_653_032_685, buckets: [1, 13, 3]),
    .init(types: [.float64], values: [.double(1.5)], row: "0000000000000000000000000000f83f", hash: 1_860_889_473, buckets: [1, 1, 2]),
    .init(types: [.float32], values: [.double(1.5)], row: "00000000000000000000c03f00000000", hash: -173_842_779, buckets: [3, 11, 5]),
    .init(types: [.binary], values: [.bytes([1, 2])], row: "00000000000000000102000000000082", hash: -308_248_439, buckets: [3, 7, 2]),
    .init(
      types: [.int64, .string], values: [.integer(42), .text("abcdefgh")],
      row: "00000000000000002a0000000000000008000000180000006162636465666768", hash: -320_926_808, buckets: [0, 8, 6]),
    .init(
      types: [.string, .int32], values: [.text("tenant-0001"), .integer(5)],
      row: "00000000000000000b00000018000000050000000000000074656e616e742d303030310000000000", hash: 86_733_414, buckets: [2, 6, 5]),
    .init(
      types: [.int32, .string, .date], values: [.integer(1), .text("x"), .integer(20455)],
      row: "000000000000000001000000000000007800000000000081e74f000000000000", hash: 2_085_543_336, buckets: [0, 8, 2]),
    .init(types: [.string], values: [.null], row: "00010000000000000000000000000000", hash: -1_748_325_344, buckets: [0, 0, 3]),
  ]

  @Test("a key becomes the bytes, hash and buckets that other engines compute", arguments: vectors)
  func encodes(vector: Vector) throws {
    // The row under test lies between others, so that offsets and left-over bytes of the row before count.
    let batch = Self.batch(vector)
    let views = batch.columns.compactMap(KeyView.init)
    let encoder = BinaryRowEncoder(arity: views.count)
    for row in 0..<3 {
      let bytes = views.withUnsafeBufferPointer { Array(encoder.encode($0, row: row)) }
      #expect(bytes.map { hex($0) }.joined() == vector.row)
      #expect(bytes.withUnsafeBytes(Murmur.hash) == vector.hash)
    }
    for (count, bucket) in zip([4, 16, 7] as [Int32], vector.buckets) {
      let buckets = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 2)
      defer { buckets.deallocate() }
      try BucketHash.buckets(of: batch.slice(from: 1, count: 2), keys: Array(batch.columns.indices), count: count, into: buckets)
      #expect(Array(buckets) == [bucket, bucket])
    }
  }

  @Test("bytes become the values that they were made from", arguments: vectors)
  func decodes(vector: Vector) throws {
    let batch = Self.batch(vector)
    let row = BinaryRow(batch.columns, row: 1)
    #expect(row.arity == vector.types.count)
    let columns = try row.columns(vector.types)
    #expect(columns.map { ValueText($0).text(0) } == batch.columns.map { ValueText($0).text(1) })
  }

  @Test("cut and foreign bytes are errors")
  func refusesDamage() {
    let whole = BinaryRow(Self.batch(Self.vectors[27]).columns, row: 0).bytes
    for end in 0..<whole.count {
      #expect(throws: SluiceError.self) { try BinaryRow(bytes: Array(whole[..<end])).columns([.int64, .string]) }
    }
    #expect(throws: SluiceError.self) { try BinaryRow(bytes: whole).columns([.int64]) }
  }

  private func hex(_ byte: UInt8) -> String {
    String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }

  /// The vector's row three times.
  static func batch(_ vector: Vector) -> Batch {
    var builder = BatchBuilder(types: vector.types)
    for _ in 0..<3 {
      for (index, value) in vector.values.enumerated() { append(value, vector.types[index], to: &builder.columns[index]) }
      builder.finishRow()
    }
    return builder.finish()
  }

  private static func append(_ value: Value, _ type: DataType, to builder: inout ColumnBuilder) {
    switch value {
    case .null: builder.appendNull()
    case .flag(let flag): builder.append(boolean: flag)
    case .text(let text): builder.append(text: text)
    case .bytes(let bytes): builder.append(bytes: bytes, count: bytes.count)
    case .double(let number):
      if type == .float32 { builder.append(Float(number)) } else { builder.append(number) }
    case .integer(let number):
      switch type.layout {
      case .fixed(width: 1): builder.append(Int8(number))
      case .fixed(width: 2): builder.append(Int16(number))
      case .fixed(width: 4): builder.append(Int32(number))
      case .fixed(width: 8): builder.append(Int64(number))
      default: builder.append(number)
      }
    }
  }
}
