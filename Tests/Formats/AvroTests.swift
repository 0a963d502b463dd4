import SluiceCore
import SluiceFormats
import Testing

@Suite struct AvroTests {
  static let text = """
    {"type": "record", "name": "record", "namespace": "org.sluice", "fields": [
      {"name": "_VERSION", "type": "int"}, {"name": "count", "type": "long", "field-id": 102},
      {"name": "flag", "type": "boolean"}, {"name": "half", "type": "float"}, {"name": "whole", "type": "double"},
      {"name": "raw", "type": "bytes"}, {"name": "text", "type": "string"},
      {"name": "opt", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}], "default": null},
      {"name": "list", "type": ["null", {"type": "array", "items": ["null", "long"]}], "default": null},
      {"name": "map", "type": {"type": "map", "values": "int"}},
      {"name": "_FILE", "type": {"type": "record", "name": "record__FILE", "fields": [{"name": "_FILE_NAME", "type": "string"}]}},
      {"name": "again", "type": ["null", "record__FILE"]},
      {"name": "tree", "type": ["null", "record"]},
      {"name": "side", "type": {"type": "enum", "name": "Side", "symbols": ["LEFT", "RIGHT"]}},
      {"name": "mark", "type": {"type": "fixed", "name": "Mark", "size": 3}}]}
    """

  static func record(_ number: Int, tree: AvroValue = .null) -> AvroValue {
    .record([
      "_VERSION": .int(Int32(number) - 5), "count": .long(Int64.max - Int64(number)), "flag": .boolean(number % 2 == 0), "half": .float(1.5),
      "whole": .double(-2.25), "raw": .bytes([0, 255, UInt8(number % 256)]), "text": .string("grüße \(number)"),
      "opt": number % 3 == 0 ? .null : .long(1_700_000_000_000), "list": number % 4 == 0 ? .null : .array([.long(1), .null, .long(.min)]),
      "map": .map(["a": .int(1), "b": .int(.min)]), "_FILE": .record(["_FILE_NAME": .string("data-1")]),
      "again": number % 2 == 0 ? .null : .record(["_FILE_NAME": .string("data-2")]), "tree": tree, "side": .enumeration("RIGHT"),
      "mark": .fixed([1, 2, 3]),
    ])
  }

  @Test(arguments: [AvroFile.Codec.null, .deflate, .zstandard], [0, 1, 3000]) func recordsComeBackAsTheyWere(codec: AvroFile.Codec, count: Int) throws
  {
    let records = (0..<count).map { Self.record($0, tree: $0 % 5 == 0 ? Self.record(1, tree: Self.record(2)) : .null) }
    let bytes = try AvroFile.encode(schema: AvroSchema(Self.text), records: records, codec: codec, metadata: ["who": "sluice"])
    let file = try AvroFile.decode(bytes)
    #expect(file.records == records)
    #expect(file.schema.text == Self.text)
    #expect(file.metadata == ["who": Array("sluice".utf8)])
    if let first = file.records.first { #expect(first["_FILE"]?["_FILE_NAME"]?.string == "data-1" && first["_VERSION"]?.integer == -5) }
  }

  @Test func absentMembersAreNullAndOrderDoesNotMatter() throws {
    let schema = try AvroSchema(
      #"{"type":"record","name":"r","fields":[{"name":"a","type":["null","int"]},{"name":"b","type":"long"}]}"#)
    let bytes = try AvroFile.encode(schema: schema, records: [.record(["b": .int(7)])])
    #expect(try AvroFile.decode(bytes).records == [.record(["a": .null, "b": .long(7)])])
  }

  @Test func valuesThatDoNotFitAreRefused() throws {
    let schema = try AvroSchema(#"{"type":"record","name":"r","fields":[{"name":"a","type":"int"}]}"#)
    for record in [
      AvroValue.record([:]), .record(["a": .long(1 << 40)]), .record(["a": .string("x")]), .record(["a": .int(1), "b": .int(1)]), .int(1),
    ] {
      let error = #expect(throws: SluiceError.self) { try AvroFile.encode(schema: schema, records: [record]) }
      #expect(error?.kind == .defect)
    }
  }

  @Test(arguments: [AvroFile.Codec.null, .deflate, .zstandard]) func bytesCutAnywhereGiveAnError(codec: AvroFile.Codec) throws {
    let records = (0..<4).map { Self.record($0) }
    let bytes = try AvroFile.encode(schema: AvroSchema(Self.text), records: records, codec: codec)
    let headerOnly = try AvroFile.encode(schema: AvroSchema(Self.text), records: [], codec: codec).count
    for cut in 0..<bytes.count where cut != headerOnly {
      let error = #expect(throws: SluiceError.self, "cut at \(cut)") { try AvroFile.decode(Array(bytes[..<cut])) }
      #expect(error?.kind == .targetDamaged)
    }
  }

  @Test(arguments: [AvroFile.Codec.null, .deflate, .zstandard]) func flippedBytesNeverTrap(codec: AvroFile.Codec) throws {
    let bytes = try AvroFile.encode(schema: AvroSchema(Self.text), records: (0..<2).map { Self.record($0) }, codec: codec)
    for index in bytes.indices {
      for mask: UInt8 in [0x80, 0xff] {
        var damaged = bytes
        damaged[index] ^= mask
        do {
          _ = try AvroFile.decode(damaged)
        } catch let error as SluiceError {
          #expect(error.kind == .targetDamaged)
        }
      }
    }
  }

  @Test func claimsWithoutContentAreBounded() throws {
    let schema = try AvroSchema(#"{"type":"array","items":"null"}"#)
    var bytes = try AvroFile.encode(schema: schema, records: [], codec: .null)
    let marker = bytes.suffix(16)
    let content: [UInt8] = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0]
    bytes += [2, UInt8(content.count * 2)] + content + marker
    #expect(throws: SluiceError.self) { try AvroFile.decode(bytes) }
  }

  @Test(arguments: [
    "", "{", "\"what\"", "{}", #"{"type":"record","name":"r"}"#, #"{"type":"fixed","name":"f","size":-1}"#, #"["null", 3]"#,
    #"{"type":"enum","name":"e","symbols":[1]}"#, #"{"type":"record","name":"r","fields":[{"name":"a"}]}"#,
    String(repeating: #"{"type":"array","items":"#, count: 100_000),
  ]) func whatIsNoSchemaGivesAnError(text: String) throws {
    let error = #expect(throws: SluiceError.self) { try AvroSchema(text) }
    #expect(error?.kind == .targetDamaged)
  }

  @Test func aTypeThatHoldsItselfIsBounded() throws {
    let schema = try AvroSchema(#"{"type":"record","name":"r","fields":[{"name":"r","type":"r"}]}"#)
    var bytes = try AvroFile.encode(schema: schema, records: [], codec: .null)
    bytes += [2, 0] + bytes.suffix(16)
    #expect(throws: SluiceError.self) { try AvroFile.decode(bytes) }
  }

  @Test(arguments: [AvroFile.Codec.null, .deflate, .zstandard]) func fastavroReadsWhatWeWrite(codec: AvroFile.Codec) throws {
    let bytes = try AvroFile.encode(
      schema: AvroSchema(Self.text), records: (0..<3000).map { Self.record($0) }, codec: codec, metadata: ["who": "sluice"])
    let script = """
      import sys, fastavro
      reader = fastavro.reader(open(sys.argv[1], "rb"))
      rows = list(reader)
      last = rows[2999]
      print(len(rows), reader.codec, reader.metadata["who"], last["_VERSION"], last["count"] == 2**63 - 1 - 2999, last["raw"], last["text"])
      print(last["list"], last["map"], last["_FILE"], last["again"], last["side"], last["mark"])
      """
    let answer = try ForeignReader.run(script, on: bytes)
    #expect(
      answer == """
        3000 \(codec.rawValue) sluice 2994 True b'\\x00\\xff\\xb7' grüße 2999
        [1, None, -9223372036854775808] {'a': 1, 'b': -2147483648} {'_FILE_NAME': 'data-1'} {'_FILE_NAME': 'data-2'} RIGHT b'\\x01\\x02\\x03'
        """)
  }

  @Test func weReadWhatFastavroWrites() throws {
    let script = """
      import sys, fastavro, json
      schema = fastavro.parse_schema({"type": "record", "name": "n.r", "fields": [
        {"name": "a", "type": ["null", "long"]}, {"name": "b", "type": {"type": "array", "items": "string"}}]})
      with open(sys.argv[1], "wb") as out:
        fastavro.writer(out, schema, [{"a": i if i % 2 else None, "b": ["x"] * (i % 3)} for i in range(5000)], codec="zstandard")
      print(open(sys.argv[1], "rb").read().hex())
      """
    let hex = Array(try ForeignReader.run(script, on: []).utf8)
    let bytes = stride(from: 0, to: hex.count - 1, by: 2).compactMap { UInt8(String(decoding: hex[$0..<$0 + 2], as: UTF8.self), radix: 16) }
    let file = try AvroFile.decode(bytes)
    #expect(file.records.count == 5000)
    #expect(file.records[4999] == .record(["a": .long(4999), "b": .array([.string("x")])]))
  }
}
