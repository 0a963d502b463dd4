/// A kind of T-node: its name in a spec, its options, and how to make one.
public protocol TransformPlugin: Sendable {
  /// The key under which a rule's `nodes` configure it: `mask`.
  static var id: String { get }
  static var title: String { get }
  static var options: [OptionDefinition] { get }

  /// The node. `options` are checked against their definitions; what those cannot say (an expression that cannot be parsed) is thrown as
  /// `OptionIssues` with paths below `path`, which is the place of the options in the spec.
  static func make(_ options: OptionValues, at path: String) throws -> any Transform
}

/// Things that are wrong with options, for whoever collects them.
public struct OptionIssues: Error, Sendable {
  public let issues: [OptionIssue]

  public init(_ issues: [OptionIssue]) {
    self.issues = issues
  }

  /// One thing that is wrong with the option `key` of the object at `path`.
  public init(_ path: String, key: String, _ message: String) {
    issues = [OptionIssue(OptionIssue.path(path, key: key), message)]
  }
}
