import SluiceCore
import SluiceFormats
import Testing

@Suite struct ParquetRoundTripTests {
  static let flat: [DataType] = [
    .boolean, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
    .decimal(precision: 5, scale: 2), .decimal(precision: 9, scale: 0), .decimal(precision: 18, scale: 4), .decimal(precision: 19, scale: 3),
    .decimal(precision: 38, scale: 10), .string, .binary, .date, .time(precision: 0), .time(precision: 3), .time(precision: 6),
    .timestamp(precision: 0), .timestamp(precision: 3), .timestamp(precision: 6), .timestamp(precision: 9), .instant(precision: 3),
    .instant(precision: 6), .instant(precision: 9), .json,
  ]
  static let nested: [DataType] = [
    .array(.int32), .array(.string), .array(.array(.decimal(precision: 12, scale: 2))), .map(key: .string, value: .int64),
    .map(key: .int32, value: .array(.string)),
    .row([
      .init(name: "a", type: .int32, isNullable: true), .init(name: "b", type: .string, isNullable: true),
      .init(name: "c", type: .row([.init(name: "d", type: .time(precision: 3), isNullable: true)]), isNullable: true),
    ]),
    .array(.row([.init(name: "x", type: .boolean, isNullable: true), .init(name: "y", type: .decimal(precision: 30, scale: 5), isNullable: true)])),
  ]

  static func fields(_ types: [DataType]) -> [ParquetField] {
    types.enumerated().map { ParquetField(name: "c\($0.offset)", type: $0.element, isNullable: true, id: Int32($0.offset + 7)) }
  }

  static func write(_ batches: [Batch], _ fields: [ParquetField], _ options: ParquetWriteOptions = .init()) throws -> (MemoryObject, ParquetFileFacts)
  {
    let object = MemoryObject()
    let writer = try ParquetFileWriter(fields: fields, options: options, to: object)
    for batch in batches { try writer.write(batch) }
    return (object, try writer.finish())
  }

  static func read(_ object: MemoryObject, columns: [Int]? = nil, batchRows: Int = 1000) throws -> [Batch] {
    let stream = try ParquetFileReader(MemoryObject(object.bytes)).makeStream(columns: columns, batchRows: batchRows)
    var batches: [Batch] = []
    while let batch = try stream.next() { batches.append(batch) }
    return batches
  }

  @Test(arguments: flat + nested, [0, 30, 100]) func everyTypeComesBackAsItWas(type: DataType, nullShare: Int) throws {
    var random = RandomBatch(seed: 11, nullShare: nullShare)
    let batches = [random.batch([type], rows: 700), random.batch([type], rows: 1), random.batch([type], rows: 1200)]
    let (object, facts) = try Self.write(batches, Self.fields([type]))
    let back = try Self.read(object)
    #expect(back.flatMap { spell($0.columns[0]) } == batches.flatMap { spell($0.columns[0]) })
    #expect(facts.rowCount == 1901 && facts.byteCount == object.bytes.count && object.isFinished)
    #expect(facts.columns[0].nullCount == batches.reduce(0) { $0 + $1.columns[0].nullCount })
  }

  @Test(arguments: flat + nested) func slicesComeBackAsTheyWere(type: DataType) throws {
    var random = RandomBatch(seed: 5)
    let whole = random.batch([type], rows: 300)
    let slices = [whole.slice(from: 3, count: 100), whole.slice(from: 103, count: 0), whole.slice(from: 16, count: 284).slice(from: 21, count: 60)]
    let (object, _) = try Self.write(slices, Self.fields([type]))
    #expect(try Self.read(object).flatMap { spell($0.columns[0]) } == slices.flatMap { spell($0.columns[0]) })
  }

  @Test func importedBatchesCanBeWrittenAgain() throws {
    let types = Self.flat + Self.nested
    var random = RandomBatch(seed: 8)
    let (first, _) = try Self.write([random.batch(types, rows: 500)], Self.fields(types))
    let batches = try Self.read(first, batchRows: 77)
    let stored = batches[0].columns.map(\.type)
    let (second, _) = try Self.write(batches.map { $0.slice(from: 1, count: $0.rowCount - 1) }, Self.fields(stored))
    let back = try Self.read(second)
    for index in types.indices {
      #expect(back.flatMap { spell($0.columns[index]) } == batches.flatMap { spell($0.columns[index].slice(from: 1, count: $0.rowCount - 1)) })
    }
  }

  @Test func columnsOutliveReaderAndStream() throws {
    var random = RandomBatch(seed: 3)
    let batch = random.batch([.string, .decimal(precision: 10, scale: 2)], rows: 50)
    let column = try Self.read(try Self.write([batch], Self.fields([.string, .decimal(precision: 10, scale: 2)])).0)[0].columns[0]
    #expect(spell(column) == spell(batch.columns[0]))
  }

  @Test func fieldsKeepNamesIdsAndNullability() throws {
    let fields = [
      ParquetField(name: "id", type: .int64, isNullable: false, id: 3), ParquetField(name: "grüße.x", type: .string, isNullable: true, id: 1),
      ParquetField(name: "plain", type: .decimal(precision: 10, scale: 2), isNullable: true),
    ]
    let (object, facts) = try Self.write([], fields)
    let reader = try ParquetFileReader(object)
    #expect(reader.fields == fields)
    #expect(reader.rowCount == 0 && facts.rowCount == 0)
    #expect(try reader.makeStream().next() == nil)
  }

  @Test func columnsAreChosenInTheGivenOrder() throws {
    var random = RandomBatch(seed: 4)
    let types: [DataType] = [.int32, .array(.string), .string, .date]
    let batch = random.batch(types, rows: 40)
    let (object, _) = try Self.write([batch], Self.fields(types))
    let back = try Self.read(object, columns: [2, 1])
    #expect(back[0].columns.map(\.type) == [.string, .array(.string)])
    #expect(spell(back[0].columns[0]) == spell(batch.columns[2]) && spell(back[0].columns[1]) == spell(batch.columns[1]))
  }

  @Test func streamsOfOneReaderAreIndependent() throws {
    var random = RandomBatch(seed: 9)
    let batch = random.batch([.int64], rows: 1000)
    let reader = try ParquetFileReader(try Self.write([batch], Self.fields([.int64])).0)
    let first = try reader.makeStream(batchRows: 100)
    _ = try first.next()
    let second = try reader.makeStream(batchRows: 300)
    #expect(spell(try #require(try second.next()).columns[0]) == Array(spell(batch.columns[0])[..<300]))
    #expect(spell(try #require(try first.next()).columns[0]) == Array(spell(batch.columns[0])[100..<200]))
  }

  @Test(
    arguments: [ParquetWriteOptions.Compression.none, .snappy, .lz4, .zstd(level: 6)],
    [ParquetWriteOptions.DictionaryPolicy.always, .never, .sampled])
  func everyCompressionAndDictionaryPolicyReadsBack(compression: ParquetWriteOptions.Compression, dictionary: ParquetWriteOptions.DictionaryPolicy)
    throws
  {
    var random = RandomBatch(seed: 2)
    let batches = (0..<4).map { _ in random.batch([.int8, .string, .decimal(precision: 12, scale: 2)], rows: 1500) }
    let options = ParquetWriteOptions(compression: compression, rowGroupBytes: 20_000, dictionary: dictionary, metadata: ["who": "sluice"])
    let (object, _) = try Self.write(batches, Self.fields([.int8, .string, .decimal(precision: 12, scale: 2)]), options)
    let back = try Self.read(object)
    for index in 0..<3 { #expect(back.flatMap { spell($0.columns[index]) } == batches.flatMap { spell($0.columns[index]) }) }
  }
}
