import Foundation
import SluiceCore
import SluiceEngine
import TestKit
import Testing

@Suite struct FileCheckpointStoreTests {
  let folder: TemporaryFolder
  let store: FileCheckpointStore

  init() throws {
    folder = try TemporaryFolder()
    store = FileCheckpointStore(folder: folder.path, job: "shop")
  }

  @Test("the newest checkpoint is the one that counts, and old ones go")
  func newest() throws {
    #expect(try store.latest() == nil)
    for id in 0..<12 { try store.save(checkpoint(Int64(id))) }
    #expect(try store.latest()?.id == 11)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["checkpoint-10", "checkpoint-11"])
  }

  @Test("damage is told, never overlooked", arguments: ["cut", "flip", "empty", "header"])
  func damage(kind: String) throws {
    try store.save(checkpoint(1))
    try store.save(checkpoint(2))
    let path = folder.appending("checkpoint-2")
    var bytes = try Data(contentsOf: URL(filePath: path))
    switch kind {
    case "cut": bytes.removeLast(5)
    case "flip": bytes[bytes.count - 3] ^= 1
    case "empty": bytes = Data()
    default: bytes[0] = 0x58
    }
    try bytes.write(to: URL(filePath: path))
    let error = #expect(throws: SluiceError.self) { try store.latest() }
    #expect(error?.kind == .stateDamaged)
    #expect(error?.place.path == path)
  }

  @Test("another job's state and a newer layout are refused")
  func foreign() throws {
    try store.save(checkpoint(1))
    let error = #expect(throws: SluiceError.self) { try FileCheckpointStore(folder: folder.path, job: "other").latest() }
    #expect(error?.kind == .stateForeign)

    let path = folder.appending("checkpoint-1")
    let text = try String(contentsOfFile: path, encoding: .utf8).replacing(
      "sluice-checkpoint \(Checkpoint.currentVersion) ", with: "sluice-checkpoint 99 ")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let newer = #expect(throws: SluiceError.self) { try store.latest() }
    #expect(newer?.kind == .stateForeign)
  }

  @Test("the lock is held by one store at a time, and names its holder")
  func lock() throws {
    try store.lock()
    let error = #expect(throws: SluiceError.self) { try FileCheckpointStore(folder: folder.path, job: "shop").lock() }
    #expect(error?.kind == .jobLocked)
    #expect(error?.message.contains(String(getpid())) == true)
  }

  private func checkpoint(_ id: CheckpointID) -> Checkpoint {
    Checkpoint(job: "shop", id: id, writer: WriterIdentity(id: "shop-1"), tables: [])
  }
}
