internal import Synchronization

/// A table that is made when it is first asked for, from any thread.
final class LazyTable: Sendable {
  private let made = Mutex<[UInt16]?>(nil)
  private let make: @Sendable () -> [UInt16]

  init(_ make: @escaping @Sendable () -> [UInt16]) {
    self.make = make
  }

  var value: [UInt16] {
    made.withLock { made in
      if let made { return made }
      let table = make()
      made = table
      return table
    }
  }
}
