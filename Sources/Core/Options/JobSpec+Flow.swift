extension JobSpec {
  private static let limitOptions: [OptionDefinition] = [
    .init(
      "rows", .integer(0...Int.max),
      help: "More dirty rows than this end the run. For the job, 0 when nothing else is given: tables with limits of their own aside."),
    .init("percentage", .number(0...100), help: "More dirty rows than this share of the rows read end the run."),
    .init(
      "window", .duration,
      help: "Only rows of the last so much time count, in this run. Without it, all rows of the job: of changes, those of this run."),
  ]

  static let errorLimitOptions: [OptionDefinition] =
    limitOptions + [
      .init(
        "tables",
        .list(.object([.init("table", .string, required: true, help: "The source tables that this is for, as in `source.tables`.")] + limitOptions)),
        default: .array([]), help: "Limits of single tables beside the job's; the first that matches counts, for each table on its own.")
    ]

  static let speedOptions: [OptionDefinition] = [
    .init("rowsPerSecond", .integer(1...Int.max), help: "Rows of the copy and changes of the stream together."),
    .init("bytesPerSecond", .byteSize, help: "Bytes of rows, as they are in memory; at least 1KiB."),
  ]

  /// What is kept of dirty rows, and how fast and when a job reads.
  static let flowOptions: [OptionDefinition] = [
    .init("dirtyRows", .object(dirtyOptions), help: "How dirty rows are kept: see the guide to dirty data."),
    .init("speed", .object(speedOptions), help: "How fast rows may move; `sluice speed` changes it while the job runs."),
    .init(
      "readWindows", .list(.object(windowOptions)), default: .array([]),
      help: "When the job may read. A phase that no window is about may always read."),
    .init("sourceLoad", .object(loadOptions), help: "Rests while the source is busy."),
  ]

  private static let dirtyOptions: [OptionDefinition] = [
    .init("files", .integer(2...10_000), default: .integer(10), help: "Files that are kept."),
    .init("fileBytes", .byteSize, default: .string("16MiB"), help: "Size at which a file is closed and the next one begun; at least 4KiB."),
    .init(
      "whenFull", .choice(DirtySettings.WhenFull.allCases.map(\.rawValue)), default: .string("stop"),
      help: "When all files are full: the run ends rather than lose a dirty row, or the oldest file goes."),
    .init(
      "sensitive",
      .list(
        .object([
          .init("table", .string, required: true, help: "The source tables that this is for, as in `source.tables`."),
          .init("columns", .list(.string), required: true, help: "Columns whose values are not kept in dirty rows."),
        ])), default: .array([]), help: "Columns whose values are not kept; those that a T-node masks are among them anyway."),
  ]

  private static let windowOptions: [OptionDefinition] = [
    .init("from", .string, required: true, help: "When it opens: `22:00`."),
    .init("to", .string, required: true, help: "When it closes: `06:00`; on the next day when that is before `from`."),
    .init(
      "days", .list(.choice(ReadWindow.Day.allCases.map(\.rawValue))), default: .array(ReadWindow.Day.allCases.map { .string($0.rawValue) }),
      help: "Days on which it opens."),
    .init("timeZone", .string, default: .string("UTC"), help: "The time zone of all this: `Europe/Berlin`."),
    .init(
      "phases", .list(.choice(ReadWindow.Phase.allCases.map(\.rawValue))), default: .array([.string("copy")]),
      help: "What the window is for: the copy, the stream, or both."),
  ]

  private static let loadOptions: [OptionDefinition] = [
    .init("threadsRunning", .integer(1...Int.max), help: "Rests when more threads than this work at the server, those of this job among them."),
    .init(
      "resumeThreadsRunning", .integer(0...Int.max), help: "Goes on at so many threads or fewer. Without it, three quarters of `threadsRunning`."),
    .init("replicationLag", .duration, help: "Rests when the server, as a replica, is further behind its primary."),
    .init("resumeReplicationLag", .duration, help: "Goes on at this lag or less. Without it, half of `replicationLag`."),
    .init("interval", .duration, default: .string("1s"), help: "Time between two looks; at least 100ms."),
  ]

  static func readFlow(_ values: OptionValues, into settings: inout JobSettings, parser: inout OptionParser) {
    settings.errorLimit = readErrorLimit(values.object("errorLimit"), parser: &parser)
    if let dirty = values.object("dirtyRows") { settings.dirtyRows = readDirty(dirty, parser: &parser) }
    if let speed = values.object("speed") {
      settings.speed = settings.speed.tightened(by: readSpeed(speed, at: "$.settings.speed", parser: &parser))
    }
    settings.readWindows = readWindows(values, parser: &parser)
    settings.sourceLoad = readLoad(values.object("sourceLoad"), parser: &parser)
  }

  private static func readErrorLimit(_ values: OptionValues?, parser: inout OptionParser) -> ErrorLimit {
    guard let values else { return ErrorLimit() }
    let percentage = values.number("percentage")
    var limit = ErrorLimit(rows: values.integer("rows") ?? (percentage == nil ? 0 : nil), percentage: percentage, window: values.number("window"))
    for (index, item) in values.list("tables").enumerated() {
      guard case .object(let members) = item, let text = members.string("table") else { continue }
      let path = "$.settings.errorLimit.tables[\(index)]"
      guard readPattern(text, at: "\(path).table", parser: &parser) != nil else { continue }
      if members.integer("rows") == nil, members.number("percentage") == nil { parser.report(path, "neither rows nor percentage is given") }
      limit.tables.append(
        .init(pattern: text, rows: members.integer("rows"), percentage: members.number("percentage"), window: members.number("window")))
    }
    // Tables that no rule names keep what a job without limits has, and those that one names are not ended by it.
    if !limit.tables.isEmpty, values.integer("rows") == nil, percentage == nil {
      limit.rows = nil
      limit.tables.append(.init(pattern: "*.*", rows: 0))
    }
    for window in [limit.window] + limit.tables.map(\.window) where window.map({ $0 < 1 }) == true {
      parser.report("$.settings.errorLimit", "a window is too short, allowed is 1s or more")
    }
    return limit
  }

  private static func readDirty(_ values: OptionValues, parser: inout OptionParser) -> DirtySettings {
    var settings = DirtySettings()
    settings.files = values.integer("files") ?? settings.files
    settings.fileBytes = values.integer("fileBytes") ?? settings.fileBytes
    settings.whenFull = values.string("whenFull").flatMap(DirtySettings.WhenFull.init(rawValue:)) ?? settings.whenFull
    if settings.fileBytes < 4 << 10 { parser.report("$.settings.dirtyRows.fileBytes", "too small, allowed is 4KiB or more") }
    for (index, item) in values.list("sensitive").enumerated() {
      guard case .object(let members) = item, let text = members.string("table") else { continue }
      guard readPattern(text, at: "$.settings.dirtyRows.sensitive[\(index)].table", parser: &parser) != nil else { continue }
      settings.sensitive.append(.init(pattern: text, columns: members.strings("columns")))
    }
    return settings
  }

  static func readSpeed(_ values: OptionValues, at path: String, parser: inout OptionParser) -> SpeedLimit {
    let speed = SpeedLimit(rowsPerSecond: values.integer("rowsPerSecond"), bytesPerSecond: values.integer("bytesPerSecond"))
    if let bytes = speed.bytesPerSecond, bytes < 1 << 10 { parser.report("\(path).bytesPerSecond", "too small, allowed is 1KiB or more") }
    return speed
  }

  private static func readWindows(_ values: OptionValues, parser: inout OptionParser) -> [ReadWindow] {
    values.list("readWindows").enumerated().compactMap { index, item in
      guard case .object(let members) = item else { return nil }
      let path = "$.settings.readWindows[\(index)]"
      func minutes(_ key: String) -> Int? {
        guard let text = members.string(key) else { return nil }
        if let minutes = ReadWindow.minutes(text) { return minutes }
        parser.report("\(path).\(key)", "found \(JSONText.quoted(text)), allowed is a time of day such as \"22:00\"")
        return nil
      }
      let zone = members.string("timeZone") ?? "UTC"
      if !ReadWindow.isKnown(timeZone: zone) {
        parser.report("\(path).timeZone", "found \(JSONText.quoted(zone)), allowed is the name of a time zone such as \"Europe/Berlin\"")
      }
      guard let from = minutes("from"), let to = minutes("to") else { return nil }
      let days = members.strings("days").compactMap(ReadWindow.Day.init(rawValue:))
      let phases = members.strings("phases").compactMap(ReadWindow.Phase.init(rawValue:))
      if days.isEmpty { parser.report("\(path).days", "found an empty list, allowed is at least one day") }
      if phases.isEmpty { parser.report("\(path).phases", "found an empty list, allowed is at least one phase") }
      return ReadWindow(phases: phases, days: days, from: from % (24 * 60), to: to, timeZone: zone)
    }
  }

  private static func readLoad(_ values: OptionValues?, parser: inout OptionParser) -> SourceLoadLimit? {
    guard let values else { return nil }
    let threads = values.integer("threadsRunning")
    let lag = values.number("replicationLag")
    guard threads != nil || lag != nil else { return nil }
    let limit = SourceLoadLimit(
      threadsRunning: threads, resumeThreadsRunning: values.integer("resumeThreadsRunning"), replicationLag: lag,
      resumeReplicationLag: values.number("resumeReplicationLag"), interval: values.number("interval") ?? 1)
    if let threads, limit.resumeThreadsRunning > threads {
      parser.report("$.settings.sourceLoad.resumeThreadsRunning", "more than threadsRunning, allowed is at most \(threads)")
    }
    if let lag, limit.resumeReplicationLag > lag {
      parser.report("$.settings.sourceLoad.resumeReplicationLag", "more than replicationLag, allowed is at most that")
    }
    if limit.interval < 0.1 { parser.report("$.settings.sourceLoad.interval", "too short, allowed is 100ms or more") }
    return limit
  }
}
