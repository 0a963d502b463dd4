import SluiceCore
import SluiceFormats
import Testing

@Suite struct ParquetFailureTests {
  private typealias RoundTrip = ParquetRoundTripTests

  @Test(arguments: [0, 100, 10_000]) func theErrorOfTheObjectComesOutAsItWas(limit: Int) throws {
    let object = MemoryObject()
    object.failsBeyond = limit
    var random = RandomBatch(seed: 6)
    let writer = try ParquetFileWriter(fields: RoundTrip.fields([.int64]), options: .init(rowGroupBytes: 5000), to: object)
    let error = #expect(throws: SluiceError.self) {
      for _ in 0..<5 { try writer.write(random.batch([.int64], rows: 5000)) }
      _ = try writer.finish()
    }
    #expect(error?.kind == .storageFull && error?.place.path == "/memory")
    #expect(object.isAbandoned && !object.isFinished)
    #expect(throws: SluiceError.self) { try writer.write(random.batch([.int64], rows: 1)) }
    #expect(throws: SluiceError.self) { try writer.finish() }
  }

  @Test func aWriterThatIsDroppedAbandonsItsObject() throws {
    let object = MemoryObject()
    var random = RandomBatch(seed: 6)
    try ParquetFileWriter(fields: RoundTrip.fields([.int64]), to: object).write(random.batch([.int64], rows: 5000))
    #expect(object.isAbandoned && !object.isFinished)
  }

  @Test func aBatchThatDoesNotFitIsRefused() throws {
    var random = RandomBatch(seed: 6, nullShare: 50)
    let fields = [ParquetField(name: "id", type: .int64, isNullable: false)]
    let writer = try ParquetFileWriter(fields: fields, to: MemoryObject())
    for types in [[DataType.int64], [.int32], [.int64, .int64], [.timestamp(precision: 6)]] {
      let error = #expect(throws: SluiceError.self) { try writer.write(random.batch(types, rows: 50)) }
      #expect(error?.kind == .defect)
    }
  }

  @Test func damagedBytesGiveAnErrorOrRowsButNeverATrap() throws {
    var random = RandomBatch(seed: 6)
    let types: [DataType] = [.int64, .string, .array(.decimal(precision: 20, scale: 2))]
    let (object, _) = try RoundTrip.write([random.batch(types, rows: 200)], RoundTrip.fields(types))
    let bytes = object.bytes
    for cut in stride(from: 0, to: bytes.count, by: 7) {
      let error = #expect(throws: SluiceError.self) { try RoundTrip.read(MemoryObject(Array(bytes[..<cut]))) }
      #expect(error?.kind == .targetDamaged)
    }
  }

  @Test func anErrorWhileReadingComesOutAsItWas() throws {
    var random = RandomBatch(seed: 6)
    let (object, _) = try RoundTrip.write([random.batch([.string], rows: 5000)], RoundTrip.fields([.string]))
    let reader = try ParquetFileReader(object)
    object.failsBeyond = 4
    let error = #expect(throws: SluiceError.self) { try reader.makeStream().next() }
    #expect(error?.kind == .storageFull)
  }
}
