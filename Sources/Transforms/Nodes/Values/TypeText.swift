import SluiceCore

/// Types as options name them.
enum TypeText {
  /// The type that `text` names; nested types have no name. Throws what is wrong as an issue of the option `key` at `path`.
  static func type(_ text: String, at path: String, key: String) throws -> DataType {
    guard let type = DataType(parsing: text) else {
      throw OptionIssues(
        path, key: key,
        "found \(JSONText.quoted(String(text.prefix(60)))), allowed is a type such as \"int64\", \"decimal(18,2)\", \"string\", \"date\", "
          + "\"timestamp(6)\" or \"json\"")
    }
    return type
  }
}
