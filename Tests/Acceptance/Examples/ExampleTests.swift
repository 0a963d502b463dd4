import Foundation
import TestKit
import Testing

@Suite struct ExampleTests {
  private static let names: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Checkout.root + "/examples")) ?? []
    return names.filter { name in [".json", ".yaml", ".yml"].contains { name.hasSuffix($0) } }.sorted()
  }()

  @Test("There is a smallest example to begin with")
  func existence() {
    #expect(Self.names.contains("minimal.yaml"))
  }

  @Test("Every example is a spec that can be read, with the secrets that it refers to", arguments: names)
  func reading(_ name: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: "\(Checkout.root)/examples/\(name)", toPath: folder.appending(name))
    try "secret\n".write(toFile: folder.appending("mysql.password"), atomically: true, encoding: .utf8)
    let outcome = try SluiceProcess.run(
      ["check", "--offline", folder.appending(name)], environment: ["MYSQL_PASSWORD": "secret"], folder: folder.path)
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(!outcome.output.contains("secret"))
  }
}
