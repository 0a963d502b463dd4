/// A kind of source: its name in a spec, its options, and how to make one.
public protocol SourcePlugin: Sendable {
  /// The spec's `source.type`: `mysql`.
  static var id: String { get }
  static var title: String { get }
  static var capabilities: Set<SourceCapability> { get }
  /// The options beside `type`, `tables` and `exclude`, which every source has.
  static var options: [OptionDefinition] { get }
  static func make(_ options: OptionValues) throws -> any Source
}

public enum SourceCapability: String, Sendable, Codable {
  /// Copies the history.
  case snapshot
  /// Follows changes (`StreamingSource`).
  case stream
}

/// A lake format: its name in a spec, its options, and how to make one.
public protocol LakePlugin: Sendable {
  /// The spec's `sink.type`: `paimon`.
  static var id: String { get }
  static var title: String { get }
  /// The options beside `type`.
  static var options: [OptionDefinition] { get }
  /// What tables can be partitioned by beside columns: `day` of `day(created)`.
  static var partitionFunctions: [String] { get }
  /// `stores` makes the object store of a warehouse URI.
  static func make(_ options: OptionValues, stores: StoreRegistry) throws -> any LakeFormat
}

extension LakePlugin {
  public static var partitionFunctions: [String] { [] }
}

/// Makes object stores by the scheme of a URI (`file`), so that lake formats know none of them, and reaches servers.
public struct StoreRegistry: Sendable {
  /// Makes the store for what follows `scheme://` in a location, and says which path in the store that is.
  public typealias Factory = @Sendable (String) throws -> (store: any ObjectStore, path: String)

  private let factories: [String: Factory]
  /// For what lies behind a server, such as a catalog; `nil` where there is no network.
  public let http: (any HTTPClient)?

  public init(_ factories: [String: Factory], http: (any HTTPClient)? = nil) {
    self.factories = factories
    self.http = http
  }

  /// The store and the path in it that `location` names: a URI, or a plain absolute or relative path of the local disk,
  /// which the store resolves.
  public func open(_ location: String) throws -> (store: any ObjectStore, path: String) {
    var scheme = "file"
    var path = location
    if let separator = location.firstRange(of: "://") {
      scheme = String(location[..<separator.lowerBound])
      path = String(location[separator.upperBound...])
    }
    guard let factory = factories[scheme] else {
      let known = factories.keys.sorted().map { "\($0)://" }.joined(separator: ", ")
      throw SluiceError(.specInvalid, "no storage for the scheme \(scheme)://; known are \(known)", at: .init(path: "$.sink.warehouse"))
    }
    return try factory(path)
  }
}
