import SluiceCore
import SluiceFormats
import Testing

@Suite struct ParquetForeignReaderTests {
  private typealias RoundTrip = ParquetRoundTripTests

  @Test func pyarrowReadsEveryTypeAndTheSameValues() throws {
    let types: [DataType] = ParquetRoundTripTests.flat + ParquetRoundTripTests.nested
    var random = RandomBatch(seed: 14)
    let (object, _) = try RoundTrip.write([random.batch(types, rows: 2000)], RoundTrip.fields(types))
    let script = """
      import sys, pyarrow.parquet as pq
      t = pq.read_table(sys.argv[1]); t.validate(full=True)
      f = pq.ParquetFile(sys.argv[1])
      leaves = {f.schema.column(i).path: f.schema.column(i).physical_type for i in range(len(f.schema))}
      print(t.num_rows, "|".join(str(c.type) for c in t.schema), leaves["c11"], leaves["c13"], leaves["c14"], leaves["c19"])
      print(t.schema.field(0).metadata[b"PARQUET:field_id"].decode(), sum(c.null_count for c in t.columns[:30]))
      """
    let answer = try ForeignReader.run(script, on: object.bytes).split(separator: "\n")
    let expected = [
      "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float", "double", "decimal128(5, 2)", "decimal128(9, 0)",
      "decimal128(18, 4)", "decimal128(19, 3)", "decimal128(38, 10)", "string", "binary", "date32[day]", "time32[ms]", "time32[ms]", "time64[us]",
      "timestamp[ms]", "timestamp[ms]", "timestamp[us]", "timestamp[ns]", "timestamp[ms, tz=UTC]", "timestamp[us, tz=UTC]", "timestamp[ns, tz=UTC]",
      "string",
    ]
    #expect(answer.first?.hasPrefix("2000 " + expected.joined(separator: "|") + "|") == true, "\(answer)")
    #expect(answer.first?.hasSuffix("INT32 INT64 FIXED_LEN_BYTE_ARRAY INT32") == true, "\(answer)")
    let nulls = try RoundTrip.read(object, batchRows: 2000)[0].columns[..<30].reduce(0) { $0 + $1.nullCount }
    #expect(answer.last == "7 \(nulls)")
  }

  @Test func pyarrowSeesTheValuesThatWereWritten() throws {
    var numbers = ColumnBuilder(type: .decimal(precision: 10, scale: 2))
    numbers.append(unscaled: -1234)
    numbers.appendNull()
    var times = ColumnBuilder(type: .time(precision: 3))
    times.append(Int64(1_001_000))
    times.append(Int64(86_399_999_000))
    var lists = ColumnBuilder(type: .array(.string))
    lists.children[0].append(text: "ä")
    lists.children[0].appendNull()
    lists.appendList()
    lists.appendList()
    let types: [DataType] = [.decimal(precision: 10, scale: 2), .time(precision: 3), .array(.string)]
    let batch = Batch(columns: [numbers.finish(), times.finish(), lists.finish()], rowCount: 2)
    let (object, _) = try RoundTrip.write([batch], RoundTrip.fields(types))
    let answer = try ForeignReader.run("import sys, pyarrow.parquet as pq; print(pq.read_table(sys.argv[1]).to_pydict())", on: object.bytes)
    #expect(
      answer
        == "{'c0': [Decimal('-12.34'), None], 'c1': [datetime.time(0, 0, 1, 1000), datetime.time(23, 59, 59, 999000)], 'c2': [['ä', None], []]}")
  }

  @Test func onlyColumnsThatRepeatGetADictionary() throws {
    var few = ColumnBuilder(type: .string)
    var many = ColumnBuilder(type: .string)
    var small = ColumnBuilder(type: .int64)
    for row in 0..<20_000 {
      few.append(text: "kind \(row % 5)")
      many.append(text: "name \(row)")
      small.append(Int64(row % 50))
    }
    let batch = Batch(columns: [few.finish(), many.finish(), small.finish()], rowCount: 20_000)
    let (object, _) = try RoundTrip.write([batch], RoundTrip.fields([.string, .string, .int64]))
    let script = """
      import sys, pyarrow.parquet as pq
      group = pq.ParquetFile(sys.argv[1]).metadata.row_group(0)
      print([any("DICT" in e for e in group.column(i).encodings) for i in range(3)])
      """
    #expect(try ForeignReader.run(script, on: object.bytes) == "[True, False, True]")
  }
}
