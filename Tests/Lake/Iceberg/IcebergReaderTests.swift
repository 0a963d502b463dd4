import SluiceCore
import SluiceLake
import SluiceStorage
import TestKit
import Testing

/// Tables of another writer, with delete files of every kind, as our reader and foreign ones see them.
@Suite struct IcebergReaderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let versions: [Int]
    let steps: SpecValue
    let testDescription: String

    init(_ name: String, versions: [Int] = [2, 3], _ steps: SpecValue) {
      self.name = name
      self.versions = versions
      self.steps = steps
      testDescription = name
    }
  }

  private static let first: SpecValue = ["append": [[1, "a", 1], [2, "b", 2], [3, "c", 3], [4, .null, .null]]]
  private static let second: SpecValue = ["append": [[5, "e", 5], [6, "f", 6]]]

  static let cases: [Case] = [
    Case("no rows", []), Case("two files", [first, second]),
    Case("equality deletes", [first, second, ["equality": [2, 6, 99]]]),
    Case("equality deletes spare the rows of their own commit", [first, ["equality": [2], "append": [[2, "b2", 20]]], ["equality": [3]]]),
    Case(
      "a key deleted and written again and again",
      [first, ["equality": [1], "append": [[1, "x", 1]]], ["equality": [1], "append": [[1, "y", 1]]]]),
    Case("position deletes", versions: [2], [first, second, ["positions": [[0, [0, 3]], [1, [1]]]], ["positions": [[0, [1]]]]]),
    Case("deletion vectors", versions: [3], [first, second, ["vectors": [[0, [0]], [1, [1]]]], ["vectors": [[0, [0, 2]]]]]),
    Case("vectors and equality deletes", versions: [3], [first, ["vectors": [[0, [0]]]], ["equality": [3], "append": [[3, "c3", 30]]]]),
    Case("a file that left", [first, second, ["remove": [0], "append": [[8, "h", 8]]]]),
    Case(
      "columns that came, went, were renamed and widened",
      [
        first, ["add": ["x", "string", .null]], ["rename": ["name", "title"]], ["promote": "n"], ["append": [[7, "g", .integer(1 << 40), "x7"]]],
        ["drop": "x"],
      ]),
    Case("a column with an initial default", versions: [3], [first, ["add": ["x", "string", "dflt"]], ["append": [[7, "g", 7, .null]]]]),
    Case("a dropped and a new column of one name", [first, ["drop": "n"], ["add": ["n", "string", .null]], ["append": [[7, "g", "new"]]]]),
  ]

  @Test("our reader finds what foreign readers find", arguments: cases) func agree(_ test: Case) throws {
    for version in test.versions {
      let folder = try TemporaryFolder()
      let request: [String: SpecValue] = [
        "do": "fixture", "folder": .string(folder.appending("db/t")), "version": .integer(version), "key": ["id"], "steps": test.steps,
      ]
      _ = try LakeReader.shared.ask("iceberg", request)
      let table = Lake(warehouse: folder.path, format: .iceberg).table("db", "t")
      let format = try IcebergPlugin.make(OptionValues(["warehouse": .string(folder.path)]), stores: StoreRegistry(["file": LocalStore.locate]))
      let reader = try format.open(TableID(database: "db", name: "t")).makeReader(columns: nil, limit: nil)
      var own: [String] = []
      while let batch = try reader.next() { own += TableFixture.text(batch) }
      for judge in LakeFormatName.iceberg.readers {
        let theirs = try table.rows(by: judge)
        #expect(theirs.columns == reader.columns.map(\.name))
        let texts = theirs.rows.map { row in row.map { $0.text ?? $0.integer.map { "\($0)" } ?? "NULL" }.joined(separator: "|") }
        #expect(texts.sorted() == own.sorted(), "\(judge) of version \(version)")
      }
    }
  }

  @Test("wanted columns alone are read, though keys that are compared are others") func projection() throws {
    let folder = try TemporaryFolder()
    _ = try LakeReader.shared.ask(
      "iceberg",
      [
        "do": "fixture", "folder": .string(folder.appending("db/t")), "version": 2, "key": ["id"],
        "steps": [Self.first, Self.second, ["equality": [2, 6]]],
      ])
    let format = try IcebergPlugin.make(OptionValues(["warehouse": .string(folder.path)]), stores: StoreRegistry(["file": LocalStore.locate]))
    let table = try format.open(TableID(database: "db", name: "t"))
    let reader = try table.makeReader(columns: ["name"], limit: 3)
    var found: [String] = []
    while let batch = try reader.next() { found += TableFixture.text(batch) }
    #expect(found == ["a", "c", "NULL"])
    #expect(throws: SluiceError.self) { try table.makeReader(columns: ["none"], limit: nil) }
  }
}
