import Foundation
import SluiceCore
import TestKit
import Testing

@testable import SluiceEngine

@Suite struct DirtyStoreTests {
  private static let table = TableID(database: "my.db", name: "a")
  private static let target = TableID(database: "lake", name: "a")
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func store(_ kept: DirtyState? = DirtyState(), _ configure: (inout JobSettings) -> Void = { _ in }) throws -> DirtyStore {
    var settings = JobSettings(state: folder.path)
    settings.errorLimit = ErrorLimit(rows: nil)
    configure(&settings)
    return try DirtyStore(job: "test", settings: settings, kept: kept)
  }

  private func row(_ number: Int, value: String = "x") -> DirtyRow {
    DirtyRow(
      table: Self.table, code: "range", key: ["id": "\(number)"], column: "v", value: value, reason: "too large",
      row: RowImage([.init(column: "id", type: "int32", cell: .text("\(number)")), .init(column: "v", type: "int8", cell: .text(value))]),
      position: "p:\(number)")
  }

  private func append(_ store: DirtyStore, _ numbers: Range<Int>, value: String = "x") throws {
    try store.append(numbers.map { row($0, value: value) }, target: Self.target, reads: { _ in 0 })
  }

  private func ids() throws -> [Int] { try DirtyLog(state: folder.path).rows().map(\.row.id) }

  @Test("what a checkpoint does not hold is cut off, and its numbers are given again")
  func rewind() throws {
    let first = try store()
    try append(first, 0..<5)
    let kept = first.captured
    try append(first, 5..<9)
    #expect(try ids() == Array(1...9))
    let second = try store(kept)
    try second.rewind()
    #expect(try ids() == Array(1...5) && second.open() == 5)
    try append(second, 5..<6)
    let rows = try DirtyLog(state: folder.path).rows().map(\.row)
    #expect(rows.map(\.id) == Array(1...6))
    let last = try #require(rows.last)
    #expect(last.table == Self.table && last.target == Self.target && last.code == "range" && last.image?["v"] == .text("x"))
  }

  @Test("files turn when they are full, and a rewind goes over several of them")
  func files() throws {
    let first = try store { $0.dirtyRows.fileBytes = 4 << 10 }
    try append(first, 0..<30)
    let kept = first.captured
    try append(first, 30..<90)
    #expect(try DirtyFiles.numbers(folder.appending("dirty")).count > kept.file)
    let second = try store(kept) { $0.dirtyRows.fileBytes = 4 << 10 }
    try second.rewind()
    #expect(try ids() == Array(1...30))
    #expect(try DirtyFiles.numbers(folder.appending("dirty")).last == kept.file)
  }

  @Test("a full store ends the run, unless the oldest rows may go or are settled")
  func bound() throws {
    func small(_ settings: inout JobSettings) {
      settings.dirtyRows.fileBytes = 4 << 10
      settings.dirtyRows.files = 2
    }
    let strict = try store(DirtyState(), small)
    let error = #expect(throws: SluiceError.self) { try append(strict, 0..<100) }
    #expect(error?.kind == .dirtyLimit && error?.message.contains("full") == true)
    let held = try ids()
    #expect(held == Array(1...held.count), "nothing of what was kept is lost")

    let oldest = try #require(try DirtyFiles.numbers(folder.appending("dirty")).first)
    var settled: [(row: DirtyRecord.KeptRow, outcome: DirtyRecord.RowOutcome)] = []
    try DirtyLog(state: folder.path).read(file: oldest) { record, _ in
      if case .row(let row) = record { settled.append((row, .init(id: row.id, result: .replayed, reason: "", request: "r"))) }
    }
    try strict.note(settled)
    try append(strict, 100..<101)
    #expect(strict.captured.dropped == 0)
    #expect(try ids().first == settled.count + 1)

    let lenient = try store(strict.captured) { settings in
      small(&settings)
      settings.dirtyRows.whenFull = .dropOldest
    }
    try append(lenient, 101..<300)
    #expect(lenient.captured.dropped > 0)
    #expect(try DirtyFiles.numbers(folder.appending("dirty")).count == 2)
  }

  @Test("the row that is one too many is kept, and none after it")
  func limit() throws {
    let store = try store { $0.errorLimit = ErrorLimit(rows: 3) }
    let error = #expect(throws: SluiceError.self) { try append(store, 0..<10) }
    #expect(error?.kind == .dirtyLimit && error?.message == "4 dirty rows, 3 allowed")
    #expect(try ids() == [1, 2, 3, 4])
  }

  @Test("values of sensitive columns are not kept, whoever names them")
  func sensitive() throws {
    let store = try store { $0.dirtyRows.sensitive = [.init(pattern: "*.a", columns: ["v"])] }
    store.hide(["id"], of: Self.table)
    try append(store, 4_711..<4_712, value: "secret")
    let text = try String(contentsOfFile: folder.appending("dirty/dirty-000001.jsonl"), encoding: .utf8)
    #expect(!text.contains("secret") && !text.contains("\"4711\""), "\(text)")
    #expect(try DirtyLog(state: folder.path).rows().first?.row.image?["v"] == .masked)
  }

  @Test("a table that is read anew leaves no row behind, and other targets keep theirs")
  func void() throws {
    let store = try store()
    try append(store, 0..<3)
    let other = TableID(database: "lake", name: "other")
    try store.append([row(9)], target: other, reads: { _ in 0 })
    try store.void(Self.table, target: Self.target)
    try append(store, 3..<4)
    #expect(try ids() == [4, 5])
    // Rows that fail for one reason on the way to several targets count as those of the target with most.
    #expect(store.open() == 1)
    try append(store, 4..<6)
    #expect(store.open() == 3)
  }

  @Test("a torn last line is left out, a lost state takes on what is there")
  func torn() throws {
    let first = try store()
    try append(first, 0..<3)
    let path = folder.appending("dirty/dirty-000001.jsonl")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try String(text.dropLast(10)).write(toFile: path, atomically: false, encoding: .utf8)
    #expect(try ids() == [1, 2])
    let second = try store(nil)
    try second.rewind()
    try append(second, 7..<8)
    #expect(try ids() == [1, 2, 3])
  }
}
