import SluiceCore
import Synchronization

/// A store whose writes to some paths fail, before anything happened or after it happened, or whose deletions fail after some.
struct FailingStore: ObjectStore {
  private let store: any ObjectStore
  private let failing: String?
  private let after: Bool
  private let deletions: Count

  private final class Count: Sendable {
    let left: Atomic<Int>

    init(_ left: Int) {
      self.left = Atomic(left)
    }
  }

  init(_ store: any ObjectStore, failing: String? = nil, after: Bool = false, deletions: Int = .max) {
    self.store = store
    self.failing = failing
    self.after = after
    self.deletions = Count(deletions)
  }

  func read(_ path: String) throws -> [UInt8]? { try store.read(path) }
  func open(_ path: String) throws -> any ObjectReader { try store.open(path) }
  func list(_ folder: String) throws -> [ObjectInfo] { try store.list(folder) }
  func names(in folder: String) throws -> [String] { try store.names(in: folder) }
  func upload(to path: String) throws -> any ObjectWriter { try store.upload(to: path) }

  func delete(_ path: String) throws {
    if deletions.left.subtract(1, ordering: .relaxed).oldValue <= 0 {
      throw SluiceError(.storageFailed, "the test lets this deletion fail", at: .init(path: path))
    }
    try store.delete(path)
  }

  func write(_ bytes: [UInt8], to path: String) throws {
    if after { try store.write(bytes, to: path) }
    try fail(path)
    if !after { try store.write(bytes, to: path) }
  }

  func createIfAbsent(_ bytes: [UInt8], at path: String) throws -> Bool {
    if !after { try fail(path) }
    let isCreated = try store.createIfAbsent(bytes, at: path)
    if after { try fail(path) }
    return isCreated
  }

  private func fail(_ path: String) throws {
    if let failing, path.contains(failing) { throw SluiceError(.storageFailed, "the test lets this write fail", at: .init(path: path)) }
  }
}
