import SluiceCore
import TestKit
import Testing

extension SluiceProcess.Outcome {
  /// It ended with that code and kind, and its message holds all of the words.
  func expectRefused(_ code: Int32, _ kind: ErrorKind, _ words: String..., location: SourceLocation = #_sourceLocation) {
    #expect(exitCode == code, "\(self)", sourceLocation: location)
    #expect(errorKind == kind.name, "\(self)", sourceLocation: location)
    for word in words { #expect(errors.contains(word), "\(word) is not in \(errors)", sourceLocation: location) }
  }
}

extension CopyJob {
  /// Neither a table nor anything else was made in the lake.
  func expectUntouchedLake(location: SourceLocation = #_sourceLocation) {
    #expect(lake.contents() == [], sourceLocation: location)
  }
}
