internal import Foundation
internal import SluiceCore
internal import Synchronization

/// Writes objects side by side: each waits for the disk most of its time, and disks take many requests at once.
final class ConcurrentWrites: Sendable {
  private static let threads = 8

  struct Object: Sendable {
    let path: String
    let bytes: [UInt8]
  }

  private let objects: [Object]
  private let next = Atomic(0)
  private let failure = Mutex<(any Error)?>(nil)

  init(_ objects: [Object]) {
    self.objects = objects
  }

  /// On return all objects are durable. After an error some may be.
  func run(on store: any ObjectStore) throws {
    let others = DispatchGroup()
    for _ in 1..<max(1, min(Self.threads, objects.count)) {
      others.enter()
      Thread.detachNewThread {
        self.work(store)
        others.leave()
      }
    }
    work(store)
    others.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func work(_ store: any ObjectStore) {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < objects.count, failure.withLock({ $0 == nil }) else { return }
      do {
        try store.write(objects[index].bytes, to: objects[index].path)
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
  }
}
