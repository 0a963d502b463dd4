import SluiceCore

/// Types as options name them.
enum TypeText {
  /// What is wrong is told as a sentence.
  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  /// The type that `text` names. Nested types have no name.
  static func type(_ text: String) throws(Malformed) -> DataType {
    guard let type = DataType(parsing: text) else {
      throw Malformed(
        description: "found \(JSONText.quoted(String(text.prefix(60)))), allowed is a type such as \"int64\", \"decimal(18,2)\", \"string\", \"date\", "
          + "\"timestamp(6)\" or \"json\"")
    }
    return type
  }
}
