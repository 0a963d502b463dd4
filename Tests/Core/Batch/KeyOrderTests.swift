import SluiceCore
import TestKit
import Testing

@Suite struct KeyOrderTests {
  @Test("rows sort by value, text by bytes, nulls first, ties by the next key")
  func sortsComposite() {
    var numbers = ColumnBuilder(type: .int64)
    var texts = ColumnBuilder(type: .string)
    let rows: [(Int64?, String)] = [(5, "b"), (-3, "ä"), (5, "B"), (nil, "z"), (.min, ""), (.max, "x"), (-3, "z"), (5, "bb")]
    for (number, text) in rows {
      if let number { numbers.append(number) } else { numbers.appendNull() }
      texts.append(text: text)
    }
    let batch = Batch(columns: [numbers.finish(), texts.finish()], rowCount: rows.count)
    #expect(KeyOrder(keys: [0, 1]).sortedIndexes(of: batch) == [3, 4, 6, 1, 2, 0, 7, 5])
    #expect(KeyOrder(keys: [1]).sortedIndexes(of: batch) == [4, 2, 0, 7, 5, 3, 6, 1])
  }

  @Test("sorting agrees with the comparison for every type", arguments: ModelColumn.leafTypes)
  func sortsEveryType(type: DataType) {
    var generator = SeededRandom(seed: 6)
    let batch = Batch(columns: [ModelColumn.random(type, count: 500, using: &generator).build()], rowCount: 500)
    let order = KeyOrder(keys: [0])
    let sorted = batch.taking(order.sortedIndexes(of: batch))
    for row in 1..<500 { #expect(order.compare(sorted, row - 1, sorted, row) <= 0) }
  }

  @Test("floats order totally: negative zero before zero, NaN last")
  func floats() {
    var builder = ColumnBuilder(type: .float64)
    for value in [Double.nan, 1, -0.0, 0.0, -.infinity, .infinity, -1] { builder.append(value) }
    let batch = Batch(columns: [builder.finish()], rowCount: 7)
    #expect(KeyOrder(keys: [0]).sortedIndexes(of: batch) == [4, 6, 2, 3, 1, 5, 0])
  }

  @Test("ascending means strictly ascending")
  func ascending() {
    var builder = ColumnBuilder(type: .int32)
    for value in [1, 2, 2] as [Int32] { builder.append(value) }
    let batch = Batch(columns: [builder.finish()], rowCount: 3)
    #expect(!KeyOrder(keys: [0]).isStrictlyAscending(batch))
    #expect(KeyOrder(keys: [0]).isStrictlyAscending(batch.slice(from: 0, count: 2)))
  }

  @Test("the row hash tells rows apart and stays as it is")
  func hash() {
    var builder = ColumnBuilder(type: .string)
    for value in ["a", "b", "a"] { builder.append(text: value) }
    let batch = Batch(columns: [builder.finish()], rowCount: 3)
    let hashes = RowHash.hashes(of: batch, keys: [0])
    #expect(hashes[0] == hashes[2])
    #expect(hashes[0] != hashes[1])
  }
}
