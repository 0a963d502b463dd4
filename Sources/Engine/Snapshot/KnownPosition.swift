internal import SluiceCore

extension Source {
  /// The head of the change log, as far as the account may know it: a snapshot goes without.
  func knownPosition() throws -> Position? {
    do {
      return try currentPosition()
    } catch let error as SluiceError where error.kind == .sourcePrivilege {
      return nil
    }
  }
}
