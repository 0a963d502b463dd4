public import SluiceCore

/// A lake format by its `sink.type`. A suite that runs over `allCases` runs over every format that there are foreign readers for.
public enum LakeFormatName: String, Sendable, CaseIterable {
  case paimon, iceberg

  /// The sink of a spec; merge it into a job's own.
  public var sink: SpecValue { ["sink": ["type": .string(rawValue)]] }

  /// The name of a database's folder ends so.
  public var databaseSuffix: String {
    switch self {
    case .paimon: ".db"
    case .iceberg: ""
    }
  }

  /// Two independent implementations, which must agree; the first is asked when none is named.
  public var readers: [LakeReader.Reader] {
    switch self {
    case .paimon: [.pypaimon, .rust]
    case .iceberg: [.duckdb, .rust]
    }
  }
}
