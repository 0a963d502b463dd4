import SluiceCore
import SluiceFormats
import Testing

@Suite struct ParquetFactsTests {
  private typealias RoundTrip = ParquetRoundTripTests

  /// Types whose bounds are known, against an order found the slow way.
  @Test(arguments: ParquetRoundTripTests.flat) func boundsAreTheLeastAndGreatestValues(type: DataType) throws {
    var random = RandomBatch(seed: 21, nullShare: 10)
    let batches = (0..<3).map { _ in random.batch([type], rows: 1000) }
    let (_, facts) = try RoundTrip.write(batches, RoundTrip.fields([type]), ParquetWriteOptions(rowGroupBytes: 8000))
    let whole = Batch.concatenating(batches)
    let order = KeyOrder(keys: [0]).sortedIndexes(of: whole).filter { !whole.columns[0].isNull(Int($0)) }
    let column = facts.columns[0]
    if type == .boolean {
      #expect(column.minimum?.boolean(0) == false && column.maximum?.boolean(0) == true)
    } else {
      #expect(column.minimum.map(spell) == spell(whole.columns[0].taking([order[0]])))
      #expect(column.maximum.map(spell) == spell(whole.columns[0].taking([order[order.count - 1]])))
    }
    #expect(column.minimum?.type == type)
    #expect(column.nullCount == whole.columns[0].nullCount)
  }

  @Test func boundsAreUnknownForNullsAndNaNAndNestedTypes() throws {
    var numbers = ColumnBuilder(type: .float64)
    for value in [1, Double.nan, 3] { numbers.append(value) }
    var random = RandomBatch(seed: 1)
    let types: [DataType] = [.float64, .string, .array(.int32)]
    let batch = Batch(columns: [numbers.finish(), .nulls(of: .string, count: 3), random.column(.array(.int32), rows: 3)], rowCount: 3)
    let (_, facts) = try RoundTrip.write([batch], RoundTrip.fields(types))
    #expect(facts.columns.allSatisfy { $0.minimum == nil && $0.maximum == nil })
    #expect(facts.columns[1].nullCount == 3)
  }

  @Test func emptyTextIsABound() throws {
    var texts = ColumnBuilder(type: .string)
    texts.append(text: "")
    let (_, facts) = try RoundTrip.write([Batch(columns: [texts.finish()], rowCount: 1)], RoundTrip.fields([.string]))
    #expect(facts.columns[0].minimum.map(spell) == ["''"] && facts.columns[0].maximum.map(spell) == ["''"])
  }

  @Test func sizesGrowWithTheRowsAndMemoryIsGivenBack() throws {
    let object = MemoryObject()
    var random = RandomBatch(seed: 6)
    let types: [DataType] = [.int64, .string]
    let writer = try ParquetFileWriter(fields: RoundTrip.fields(types), options: .init(rowGroupBytes: 200_000), to: object)
    #expect(writer.heldBytes == 0 && writer.estimatedFileBytes == 0)
    var last = 0
    for _ in 0..<30 {
      try writer.write(random.batch(types, rows: 2000))
      #expect(writer.estimatedFileBytes > last)
      #expect(writer.heldBytes < 1_000_000)
      last = writer.estimatedFileBytes
    }
    let facts = try writer.finish()
    #expect(writer.rowCount == 60_000 && writer.heldBytes == 0)
    #expect(Double(last) > 0.6 * Double(facts.byteCount) && Double(last) < 1.5 * Double(facts.byteCount))
  }
}
