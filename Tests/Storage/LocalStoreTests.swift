import Foundation
import SluiceCore
import SluiceStorage
import TestKit
import Testing

@Suite struct LocalStoreTests {
  private let folder: TemporaryFolder
  private let store: LocalStore

  init() throws {
    folder = try TemporaryFolder()
    store = LocalStore(root: folder.path + "/warehouse")
  }

  private func write(_ text: String, to writer: any ObjectWriter) throws {
    try Array(text.utf8).withUnsafeBytes { try writer.write($0) }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    try store.write([1, 2, 3], to: "/db/table/a")
    #expect(try store.read("/db/table/a") == [1, 2, 3])
    try store.write([], to: "/db/table/a")
    #expect(try store.read("/db/table/a") == [])
    #expect(try store.read("/db/table/b") == nil)
    #expect(try store.read("/nowhere/b") == nil)
  }

  @Test func anObjectIsReadAtRandomPlaces() throws {
    try store.write(Array(0..<200), to: "/a")
    let reader = try store.open("/a")
    #expect(reader.size == 200)
    var bytes = [UInt8](repeating: 0, count: 3)
    try bytes.withUnsafeMutableBytes { try reader.read(at: 197, into: $0) }
    #expect(bytes == [197, 198, 199])
    let error = #expect(throws: SluiceError.self) { try bytes.withUnsafeMutableBytes { try reader.read(at: 198, into: $0) } }
    #expect(error?.kind == .storageFailed && error?.place.path?.hasSuffix("/warehouse/a") == true)
    #expect(throws: SluiceError.self) { try store.open("/absent") }
  }

  @Test(arguments: [1, 1000, 200_000, 300_000]) func anUploadIsSeenWholeOrNotAtAll(piece: Int) throws {
    let writer = try store.upload(to: "/t/bucket-0/data")
    let bytes = (0..<1_000_000 / max(piece, 1000) * piece).map { UInt8(truncatingIfNeeded: $0 / 7) }
    var rest = bytes[...]
    while !rest.isEmpty {
      try Array(rest.prefix(piece)).withUnsafeBytes { try writer.write($0) }
      rest = rest.dropFirst(piece)
    }
    #expect(try store.read("/t/bucket-0/data") == nil)
    try writer.finish()
    #expect(try store.read("/t/bucket-0/data") == bytes)
    #expect(try store.names(in: "/t/bucket-0") == ["data"])
    #expect(throws: SluiceError.self) { try writer.finish() }
  }

  @Test func abandonedUploadsLeaveNothing() throws {
    let writer = try store.upload(to: "/t/data")
    try write("x", to: writer)
    writer.abandon()
    writer.abandon()
    do { try write("x", to: store.upload(to: "/t/other")) }
    #expect(try store.names(in: "/t") == [])
    #expect(throws: SluiceError.self) { try write("x", to: writer) }
  }

  @Test func leftoversOfAKilledProcessAreListed() throws {
    let writer = try store.upload(to: "/t/data")
    let names = try store.names(in: "/t")
    #expect(names.count == 1 && names[0].hasPrefix(".data.") && names[0].hasSuffix(".tmp"))
    #expect(try store.list("/t").map(\.path) == ["/t/" + names[0]])
    try store.delete("/t/" + names[0])
    #expect(try store.list("/t") == [])
    writer.abandon()
  }

  @Test func listingsReachEveryDepth() throws {
    for path in ["/t/a", "/t/b/c", "/t/b/d/e", "/u/f"] { try store.write(Array(path.utf8), to: path) }
    #expect(Set(try store.list("/t")) == [ObjectInfo(path: "/t/a", size: 4), .init(path: "/t/b/c", size: 6), .init(path: "/t/b/d/e", size: 8)])
    #expect(try store.list("/").count == 4)
    #expect(try store.list("/t/").count == 3)
    #expect(Set(try store.names(in: "/t")) == ["a", "b"])
    #expect(try store.list("/absent") == [] && store.names(in: "/absent") == [])
  }

  @Test func deletingIsRepeatable() throws {
    try store.write([1], to: "/a")
    try store.delete("/a")
    try store.delete("/a")
    try store.delete("/nowhere/a")
    #expect(try store.read("/a") == nil)
  }

  @Test func exactlyOneOfManyCreators() async throws {
    for round in 0..<20 {
      let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
        for creator in 0..<8 {
          group.addTask { [store] in try store.createIfAbsent([UInt8(creator)], at: "/t/snapshot-\(round)") ? creator : nil }
        }
        return try await group.reduce(into: [Int]()) { if let winner = $1 { $0.append(winner) } }
      }
      #expect(winners.count == 1)
      #expect(try store.read("/t/snapshot-\(round)") == winners.map { UInt8($0) })
    }
    #expect(try store.list("/t").count == 20)
  }

  @Test func writersThatBeginAFolderTogetherAllWrite() async throws {
    let folder = try TemporaryFolder()
    let store = LocalStore(root: folder.path)
    for round in 0..<50 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<4 { group.addTask { try store.write([1], to: "/\(round)/deep/\(writer)") } }
        try await group.waitForAll()
      }
      #expect(try store.names(in: "/\(round)/deep").count == 4)
    }
  }

  @Test func nothingLiesAboveTheRoot() throws {
    try store.write([1], to: "/../../escape")
    #expect(try store.names(in: "/") == ["escape"])
  }

  @Test func relativeRootsCountFromTheCurrentFolder() {
    #expect(LocalStore(root: "some/./where").root == FileManager.default.currentDirectoryPath + "/some/where")
  }
}
