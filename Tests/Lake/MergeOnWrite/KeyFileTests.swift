import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

@Suite struct KeyFileTests {
  /// Keys of every second number, in key order, as a key file; more than one block of each shape.
  private func make(_ shape: KeyShape, path: String?) throws -> (file: KeyFile, keys: EncodedKeys, numbers: [Int]) {
    let codec = try KeyCodec(shape.columns.map(\.type))
    let numbers = Array(stride(from: 0, to: 600, by: 2))
    let all = try codec.encode(shape.rows(numbers))
    let order = KeySort.order(of: all)
    let keys = all.taking(order)
    let writer = KeyFileWriter(width: codec.width, dataFile: "data-1.parquet", path: path)
    try writer.append(keys, 0..<100)
    try writer.append(keys, 100..<keys.count)
    return (try writer.finish(dataFileSize: 77), keys, order.map { numbers[Int($0)] })
  }

  @Test("keys are found at their rows, on disk and in memory, others are not found", arguments: KeyShape.all, [true, false])
  func find(shape: KeyShape, isOnDisk: Bool) throws {
    let folder = try TemporaryFolder()
    let path = isOnDisk ? folder.appending("a/b.keys") : nil
    let made = try make(shape, path: path)
    var files = [made.file]
    if let path {
      files.append(try #require(KeyFile.open(path, dataFile: "data-1.parquet", dataFileSize: 77, rowCount: 300, width: made.file.width)))
    }
    let codec = try KeyCodec(shape.columns.map(\.type))
    let everyone = try codec.encode(shape.rows(Array(0..<600)))
    let order = KeySort.order(of: everyone)
    let wanted = everyone.taking(order)
    for file in files {
      let search = try #require(KeySearch(file, dataFile: "data-1.parquet"))
      var rows: [Int] = []
      let places = (0..<600).map { Int32($0) }
      let missed = try #require(
        search.find(wanted, at: places[...]) { row in
          rows.append(row)
          return true
        })
      let found = Dictionary(uniqueKeysWithValues: zip(Set(places).subtracting(missed).sorted().map { Int(order[Int($0)]) }, rows))
      #expect(missed.count == 300 && missed == missed.sorted())
      #expect(found == Dictionary(uniqueKeysWithValues: made.numbers.enumerated().map { ($1, $0) }))
      let asked: [UInt32] = [0, 3, 127, 128, 299]
      let keys = try #require(KeySearch(file, dataFile: "data-1.parquet")?.keys(of: asked))
      for (place, row) in asked.enumerated() { #expect(made.keys.compare(Int(row), keys.start(place), keys.length(place)) == 0) }
    }
  }

  @Test("a key file that is cut, changed, or about another data file is not taken", arguments: [KeyShape.all[1], KeyShape.all[4]])
  func damage(shape: KeyShape) throws {
    let folder = try TemporaryFolder()
    let path = folder.appending("x.keys")
    let width = try make(shape, path: path).file.width
    let store = LocalStore(root: "/")
    let whole = try #require(try store.read(path))
    func open(name: String = "data-1.parquet", size: Int = 77, rows: Int = 300) -> KeyFile? {
      KeyFile.open(path, dataFile: name, dataFileSize: size, rowCount: rows, width: width)
    }
    #expect(open() != nil)
    #expect(open(name: "data-2.parquet") == nil && open(size: 78) == nil && open(rows: 299) == nil && open(rows: 301) == nil)
    for place in stride(from: 0, to: whole.count, by: 7) {
      var bytes = whole
      bytes[place] ^= 0x21
      try store.write(bytes, to: path)
      #expect(open() == nil, "byte \(place) changed")
    }
    for end in [0, 10, 60, whole.count / 2, whole.count - 1] {
      try store.write(Array(whole[..<end]), to: path)
      #expect(open() == nil, "cut at \(end)")
    }
    try store.delete(path)
    #expect(open() == nil)
  }

  @Test("keys that do not ascend are no key file")
  func unordered() throws {
    let codec = try KeyCodec([.int32])
    let keys = try codec.encode(KeyShape.all[0].rows([1, 2, 2]))
    #expect(throws: SluiceError.self) { try KeyFileWriter(width: 4, dataFile: "d", path: nil).append(keys, 0..<3) }
    let writer = KeyFileWriter(width: 4, dataFile: "d", path: nil)
    try writer.append(keys, 1..<2)
    #expect(throws: SluiceError.self) { try writer.append(keys, 0..<1) }
  }
}
