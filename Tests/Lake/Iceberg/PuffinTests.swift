import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

@Suite struct PuffinTests {
  @Test("a vector has the bytes of the specification") func vector() throws {
    let expected = "00000024d1d339640100000000000000000000003a30000001000000000001001000000001000200712fa6e8"
    let blob = DeletionVectorBlob.encode(RoaringBitmap(ascending: [1, 2]))
    // Two rows that follow each other are shorter as a run, which the expected bytes do not use: what counts is that both are read.
    let bytes = stride(from: 0, to: expected.count, by: 2).compactMap { place in
      UInt8(expected.dropFirst(place).prefix(2), radix: 16)
    }
    #expect(try DeletionVectorBlob.decode(bytes).rows == [1, 2])
    #expect(try DeletionVectorBlob.decode(blob).rows == [1, 2])
    #expect(try DeletionVectorBlob.decode(DeletionVectorBlob.encode(RoaringBitmap())).isEmpty)
  }

  @Test("pyiceberg reads the vectors of a file, and we read where they are") func foreign() throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    let folder = try TemporaryFolder()
    let store = LocalStore(root: "/")
    var expected: [String: [UInt32]] = [:]
    // pyiceberg cannot read a vector without rows.
    for number in 1..<6 {
      let rows = Set((0..<(number * 2000)).map { _ in UInt32.random(in: 0..<(number == 5 ? 9000 : 1 << 24), using: &random) }).sorted()
      let name = "file:///lake/data/\(number).parquet"
      expected[name] = rows
    }
    let puffin = PuffinFile(expected.map { ($0, RoaringBitmap(ascending: $1)) })
    let path = folder.appending("deletes.puffin")
    let content = puffin.bytes()
    try store.write(content, to: path)
    let answer = try LakeReader.shared.ask("iceberg", ["do": "puffin", "path": .string(path)])
    for (name, rows) in expected {
      #expect(answer["vectors"]?[name]?.items.compactMap(\.integer) == rows.map { Int($0) }, "\(name)")
    }

    let files = IcebergFiles(store: store, warehouse: folder.path)
    #expect(try PuffinFile.blobs(of: content) == puffin.blobs)
    for blob in puffin.blobs {
      var file = DataFile(content: .positionDeletes, path: "file://\(path)", format: DataFile.puffin, recordCount: 0, fileSize: content.count)
      file.contentOffset = blob.offset
      file.contentSize = blob.length
      #expect(try DeletionVectorBlob.read(file, files: files).rows == expected[blob.referencedDataFile ?? ""])
    }
  }

  @Test("vectors lie in the order of their lengths and do not touch, whatever order they are given in") func layout() {
    let rows = [3_000, 5, 3_000, 900].map { RoaringBitmap(ascending: (0..<UInt32($0)).map { $0 * 2 }) }
    let blobs = PuffinFile(rows.enumerated().map { ("file \($0)", $1) }).blobs
    #expect(blobs.map(\.referencedDataFile) == ["file 0", "file 1", "file 2", "file 3"])
    let placed = blobs.sorted { $0.offset < $1.offset }
    #expect(placed.map(\.length) == blobs.map(\.length).sorted())
    for (blob, next) in zip(placed, placed.dropFirst()) { #expect(next.offset == blob.offset + blob.length + 1) }
  }

  @Test("damaged vectors and files are errors") func damage() throws {
    let blob = DeletionVectorBlob.encode(RoaringBitmap(ascending: [1, 5, 70_000]))
    for place in blob.indices {
      var damaged = blob
      damaged[place] ^= 0x10
      let error = #expect(throws: SluiceError.self) { try DeletionVectorBlob.decode(damaged) }
      #expect(error?.kind == .targetDamaged)
    }
    let file = PuffinFile([("a", RoaringBitmap(ascending: [1]))]).bytes()
    for count in 0..<file.count { #expect(throws: SluiceError.self) { try PuffinFile.blobs(of: Array(file.prefix(count))) } }
    for place in file.indices {
      var damaged = file
      damaged[place] ^= 0xff
      _ = try? PuffinFile.blobs(of: damaged)
    }
  }
}
