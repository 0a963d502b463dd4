import Foundation
import SluiceCore
import TestKit
import Testing

/// What the binary says about specs, and what the repository says.
@Suite struct OptionsReferenceTests {
  @Test(arguments: [("--reference", "spec.md"), ("--exit-codes", "exit-codes.md"), ("--expressions", "expressions.md")])
  func `A reference page is what the definitions give`(flag: String, page: String) throws {
    let committed = try String(contentsOfFile: "\(Checkout.root)/docs/reference/\(page)", encoding: .utf8)
    let outcome = try SluiceProcess.run(["schema", flag])
    #expect(outcome.output == committed, "renew it: sluice schema \(flag) > docs/reference/\(page)")
  }

  @Test func `Every example is accepted`() throws {
    let folder = "\(Checkout.root)/examples"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
    #expect(names.count >= 3)
    for name in names {
      let outcome = try SluiceProcess.run(["check", "\(folder)/\(name)", "--offline"], environment: ["MYSQL_PASSWORD": "x"])
      #expect(outcome.exitCode == 0, "\(name): \(outcome)")
    }
  }

  @Test func `The schema is JSON and asks for source and sink`() throws {
    let schema = try JSONReader.read(SluiceProcess.run(["schema"]).output)
    #expect(schema["required"] == .array([.string("source"), .string("sink")]))
  }
}
