import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct SpecTests {
  @Test("A JSON text that breaks off or goes wrong is told with line and column")
  func brokenJSON() throws {
    try refused("job.json", "{\n  \"source\": {\n    \"type\" \"mysql\"\n  }\n}", "job.json:3:12")
    try refused("job.json", "{\"source\": {\"type\": \"mysql\"", "job.json:1:28")
    try refused("job.json", "", "job.json:1:1")
  }

  @Test("A YAML text that goes wrong is told with line and column")
  func brokenYAML() throws {
    try refused("job.yaml", "source:\n  type: mysql\n tables: [a.b]\n", "job.yaml:3:")
    try refused("job.yaml", "source: {type: mysql\nsink: [\n", "job.yaml:2:")
  }

  @Test("An unknown key is told with its place and the nearest one that is known")
  func unknownKeys() throws {
    try refused(["source": ["pasword": "x"]], "$.source.pasword", "did you mean \"password\"?")
    try refused(["settings": ["reader": 3]], "$.settings.reader", "did you mean \"readers\"?")
    try refused(["sink": ["warehose": "lake"]], "$.sink.warehose", "did you mean \"warehouse\"?")
    try refused(["sources": ["type": "mysql"]], "$.sources", "did you mean \"source\"?")
  }

  @Test("A value of the wrong kind is told with what was found and what is allowed")
  func wrongKinds() throws {
    try refused(["source": ["port": "many"]], "$.source.port", "found \"many\"", "allowed is")
    try refused(["source": ["port": 70_000]], "$.source.port", "70000", "65535")
    try refused(["settings": ["checkpointInterval": "soon"]], "$.settings.checkpointInterval", "soon")
    try refused(["settings": ["memory": "1MiB"]], "$.settings.memory", "8MiB")
    try refused(["source": ["tables": "a.b"]], "$.source.tables", "list")
    try refused(["source": ["tables": ["orders"]]], "$.source.tables[0]", "\"orders\"")
    try refused(["sink": ["type": "iceburg"]], "$.sink.type", "\"iceburg\"", "paimon")
  }

  @Test("Everything that is wrong is told at once")
  func severalThings() throws {
    try refused(
      ["source": ["port": "many"], "settings": ["readers": 0, "lanse": 2]], "3 things", "$.source.port", "$.settings.readers",
      "did you mean \"lanes\"?")
  }

  @Test("A secret that is not there is told by its name")
  func missingSecrets() throws {
    try refused(["source": ["password": ["env": "SLUICE_NOT_SET"]]], "$.source.password", "SLUICE_NOT_SET is not set")
    try refused(["source": ["password": ["file": "no-such-file"]]], "$.source.password", "no-such-file cannot be read")
  }

  @Test("A spec that is not there is told by its path")
  func missingFile() throws {
    let folder = try TemporaryFolder()
    try SluiceProcess.run(["run", folder.appending("none.json")]).expectRefused(2, .specInvalid, "none.json", "no such file")
  }

  private static let whole: SpecValue = [
    "source": ["type": "mysql", "port": 1, "user": "u", "password": "p", "tables": ["a.b"]], "sink": ["type": "paimon", "warehouse": "lake"],
  ]

  private func refused(_ changes: SpecValue, _ words: String..., location: SourceLocation = #_sourceLocation) throws {
    try refused("job.json", JSONText.pretty(Self.whole.merging(changes)), words, location)
  }

  private func refused(_ name: String, _ text: String, _ words: String..., location: SourceLocation = #_sourceLocation) throws {
    try refused(name, text, words, location)
  }

  /// All commands read the spec in the same way.
  private func refused(_ name: String, _ text: String, _ words: [String], _ location: SourceLocation) throws {
    let folder = try TemporaryFolder()
    try text.write(toFile: folder.appending(name), atomically: true, encoding: .utf8)
    for command in ["run", "check"] {
      let outcome = try SluiceProcess.run([command, folder.appending(name)], folder: folder.path)
      outcome.expectRefused(2, .specInvalid, location: location)
      for word in words { #expect(outcome.errors.contains(word), "\(word) is not in \(outcome.errors)", sourceLocation: location) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name], sourceLocation: location)
  }
}
