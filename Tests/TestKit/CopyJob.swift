internal import Foundation
public import SluiceCore

/// A job from a database into a lake of its own, in a folder that is gone with the job.
public final class CopyJob: Sendable {
  public let folder: TemporaryFolder
  public let spec: SpecValue

  /// The whole database, or `tables` of it, into Paimon tables or those of `format`, with `changes` merged into the spec:
  /// `["settings": ["readers": 3]]`.
  ///
  /// The account has only the rights that the manual asks for.
  public init(from database: TestDatabase, tables: [String]? = nil, into format: LakeFormatName = .paimon, _ changes: SpecValue = [:]) throws {
    folder = try TemporaryFolder()
    let selection = tables.map { $0.map { SpecValue.string("\(database.name).\($0)") } } ?? ["\(database.name).*"]
    let base: SpecValue = [
      "job": "copy",
      "source": [
        "type": "mysql", "host": "127.0.0.1", "port": .integer(database.server.port), "user": "sluice", "password": "sluicepass",
        "tables": .array(selection), "startup": "snapshot",
      ],
      "sink": ["type": .string(format.rawValue), "warehouse": "lake"],
      "state": "state",
      "settings": ["retry": "20s"],
    ]
    spec = base.merging(changes)
    try write(spec)
  }

  /// The spec file; relative paths in it count from the folder.
  public var specPath: String { folder.appending("copy.json") }

  /// In the format that the spec names.
  public var lake: Lake {
    Lake(warehouse: path(spec["sink"]?["warehouse"]), format: spec["sink"]?["type"]?.text.flatMap(LakeFormatName.init(rawValue:)) ?? .paimon)
  }

  public var state: String { path(spec["state"]) }

  /// Replaces the spec file.
  public func write(_ spec: SpecValue) throws {
    try JSONText.pretty(spec).write(toFile: specPath, atomically: true, encoding: .utf8)
  }

  /// Starts `sluice run`.
  public func start(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> SluiceProcess {
    try SluiceProcess(["run", specPath] + arguments, environment: environment, folder: folder.path)
  }

  /// `sluice run` to its end.
  public func run(
    _ arguments: [String] = [], environment: [String: String] = [:], within patience: Duration = .seconds(300)
  ) throws -> SluiceProcess.Outcome {
    try start(arguments, environment: environment).wait(within: patience)
  }

  /// Another command with the spec: `check`, `plan`.
  public func command(_ name: String, _ arguments: [String] = []) throws -> SluiceProcess.Outcome {
    try SluiceProcess.run([name, specPath] + arguments, folder: folder.path)
  }

  /// As the binary resolves a path of the spec.
  private func path(_ value: SpecValue?) -> String {
    let path = value?.text ?? ""
    return path.hasPrefix("/") ? path : folder.appending(path)
  }

  /// All dirty rows that the state folder holds, oldest first; those that are void are left out.
  public func dirtyRows() throws -> [SpecValue] {
    let dirty = state + "/dirty"
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: dirty)) ?? []).sorted()
    let records = try names.flatMap { name in
      try String(contentsOfFile: "\(dirty)/\(name)", encoding: .utf8).split(separator: "\n").map { try JSONReader.read(String($0)) }
    }
    return records.reduce(into: []) { rows, record in
      if record["kind"] != nil { rows.append(record) }
      guard let table = record["void"], let last = record["upTo"]?.integer else { return }
      rows.removeAll { $0["table"] == table && $0["id"]?.integer ?? 0 <= last }
    }
  }
}
