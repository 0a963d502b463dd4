/// A job as its spec describes it: checked against the options of the plug-ins that it names, with defaults filled in.
public struct JobSpec: Sendable {
  public let job: String
  public let origin: Origin
  public let sourcePlugin: any SourcePlugin.Type
  public let sourceOptions: OptionValues
  public let tables: TableSelection
  public let sinkPlugin: any LakePlugin.Type
  public let sinkOptions: OptionValues
  public let target: TargetRules
  public let settings: JobSettings
  public let startup: Startup
  public let logGone: FollowPlan.LogGone
  public let schemaPolicy: SchemaPolicy
  public let routes: RouteRules
  public let transforms: [TransformRule]

  /// Where a job begins, and whether it goes on when the copy is done.
  public enum Startup: Hashable, Sendable {
    /// Copies what is there, then ends.
    case snapshot
    /// Copies what is there, and follows all changes since.
    case initial
    /// Follows changes from there on; what is there already is not copied.
    case stream(StreamStart)
  }

  /// How target tables are named and laid out.
  public struct TargetRules: Sendable {
    /// The database that all tables go to; `nil` keeps the source's.
    public var database: String?
    /// For all tables.
    public var table: TableLayout
    /// For tables that match; the first match counts, and what it leaves open is taken from `table`.
    public var overrides: [(pattern: TablePattern, layout: TableLayout)]
  }

  /// How a target table is laid out; `nil` and empty leave it open.
  public struct TableLayout: Sendable {
    public var buckets: Int?
    public var partitionBy: [String]
    public var options: [String: String]
  }

  /// The plug-ins that a spec may name.
  public struct Plugins: Sendable {
    public let sources: [any SourcePlugin.Type]
    public let lakes: [any LakePlugin.Type]
    public let transforms: [any TransformPlugin.Type]

    public init(sources: [any SourcePlugin.Type], lakes: [any LakePlugin.Type], transforms: [any TransformPlugin.Type] = []) {
      self.sources = sources
      self.lakes = lakes
      self.transforms = transforms
    }
  }

  /// Where a spec comes from, which gives the names it leaves out.
  public struct Origin: Sendable {
    /// The file, for errors.
    public let file: String
    /// The job's name when the spec has none.
    public let job: String
    /// The folder that relative paths of the spec count from.
    public let folder: String

    /// An absolute path or a URI stands for itself, any other path counts from the spec's folder.
    public func resolve(_ path: String) -> String {
      path.hasPrefix("/") || path.contains("://") ? path : "\(folder)/\(path)"
    }

    public init(file: String, job: String, folder: String) {
      self.file = file
      self.job = job
      self.folder = folder
    }
  }
}
