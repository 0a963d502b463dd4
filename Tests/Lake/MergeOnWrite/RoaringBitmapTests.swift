import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

@Suite struct RoaringBitmapTests {
  /// Rows that become lists, bits and runs.
  private static func sets() -> [Set<UInt32>] {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    func draw(_ count: Int, below bound: UInt32) -> Set<UInt32> { Set((0..<count).map { _ in UInt32.random(in: 0..<bound, using: &random) }) }
    return [
      [], [0], [65_535, 65_536], [.max], draw(50, below: 1000), draw(9000, below: 70_000), draw(40_000, below: 65_536),
      Set(0..<70_000), Set(5..<4102), draw(300, below: .max), draw(20_000, below: 300_000).union(100_000..<180_000),
    ]
  }

  @Test("sets are what they are made of, in both forms, and survive being written and read")
  func roundTrip() throws {
    for set in Self.sets() {
      let bitmap = RoaringBitmap(ascending: set.sorted())
      #expect(bitmap.rows == set.sorted() && bitmap.count == set.count && bitmap.isEmpty == set.isEmpty)
      #expect(try RoaringBitmap(vector: bitmap.vector) == bitmap)
      #expect(try RoaringBitmap(portable: bitmap.portable).rows == set.sorted())
      for row in Array(set.prefix(50)).flatMap({ [Int($0) - 1, Int($0), Int($0) + 1] }) {
        #expect(bitmap.contains(row) == (UInt32(exactly: row).map(set.contains) ?? false))
      }
    }
  }

  @Test("unions and differences are those of sets")
  func algebra() {
    for left in Self.sets() {
      for right in Self.sets() {
        var union = RoaringBitmap(ascending: left.sorted())
        let other = RoaringBitmap(ascending: right.sorted())
        let difference = union.subtracting(other)
        union.formUnion(other)
        #expect(union == RoaringBitmap(ascending: left.union(right).sorted()))
        #expect(difference.rows == left.subtracting(right).sorted())
      }
    }
  }

  @Test("a vector and its file have the bytes that other engines write")
  func knownBytes() {
    let file: [UInt8] = [
      0x01, 0, 0, 0, 0x18, 0x5e, 0x43, 0xf2, 0xd0, 0x3a, 0x30, 0, 0, 0x01, 0, 0, 0, 0, 0, 0x01, 0, 0x10, 0, 0, 0, 0x01, 0, 0x02, 0, 0xc3, 0x36,
      0x68, 0x92,
    ]
    var written = DeletionVectorFile()
    written.append(RoaringBitmap(ascending: [1, 2]), of: "data-1")
    #expect(written.bytes == file)
    #expect(written.ranges == [VectorRange(dataFile: "data-1", offset: 1, length: 24, cardinality: 2)])
  }

  @Test("damaged bytes are errors or other rows, never a trap")
  func damage() throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    for set in Self.sets() where set.count < 30_000 {
      let whole = RoaringBitmap(ascending: set.sorted()).portable
      for _ in 0..<40 {
        var bytes = whole
        if Bool.random(using: &random) {
          bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
          #expect(throws: SluiceError.self) { try RoaringBitmap(portable: bytes) }
        } else {
          bytes[Int.random(in: 0..<min(bytes.count, 64), using: &random)] ^= UInt8.random(in: 1...255, using: &random)
          do {
            let bitmap = try RoaringBitmap(portable: bytes)
            #expect(bitmap.rows.count == bitmap.count)
          } catch {
            #expect(error is SluiceError)
          }
        }
      }
    }
  }
}
