/// Where secrets are taken from that a spec only names.
public struct SecretLookup: Sendable {
  /// The value of an environment variable; `nil` when it is not set.
  public let environment: @Sendable (String) -> String?
  /// The text of a file; `nil` when it cannot be read.
  public let file: @Sendable (String) -> String?

  public init(environment: @escaping @Sendable (String) -> String?, file: @escaping @Sendable (String) -> String?) {
    self.environment = environment
    self.file = file
  }

  /// Takes every reference for an empty secret: for what is never connected to.
  public static let none = SecretLookup(environment: { _ in "" }, file: { _ in "" })
}
