import SluiceCore

/// What is wrong with an expression, at its place: what was found, what is allowed, and what was probably meant.
struct ExpressionIssue: Error {
  let place: TextPlace
  let message: String

  init(_ place: TextPlace, _ message: String) {
    self.place = place
    self.message = message
  }

  /// The error at the seam.
  var error: SluiceError {
    SluiceError(.specInvalid, message, at: .init(position: place.description))
  }

  /// `nearest` as the end of a message: `; did you mean "x"?`.
  static func suggestion(_ name: String, among candidates: [String]) -> String {
    NearestName.of(name, in: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
  }
}
