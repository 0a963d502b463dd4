import Foundation
import SluiceCore
import SluiceTransforms
import TestKit
import Testing

/// What `docs/guides/adding-a-node.md` says is done here, word by word.
@Suite struct AddingANodeTests {
  private static let guide = "\(Checkout.root)/docs/guides/adding-a-node.md"

  /// The text of the block that begins with that line.
  private func block(_ opening: String) throws -> String {
    let text = try String(contentsOfFile: Self.guide, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "```" + opening), let end = lines[(start + 1)...].firstIndex(of: "```") else {
      throw TestFailure("no block ```\(opening) in the guide")
    }
    return lines[(start + 1)..<end].joined(separator: "\n")
  }

  @Test func `The guide's node is the one that is compiled here`() throws {
    let file = try String(contentsOfFile: "\(Checkout.root)/Tests/Transforms/Nodes/Guide/SqueezeNode.swift", encoding: .utf8)
    // Here, and not beside the other nodes, it must be told where the module's own types are.
    let compiled = file.split(separator: "\n").filter { !$0.hasPrefix("@testable") }
    #expect(try block("swift").split(separator: "\n") == compiled)
  }

  @Test func `The guide's vectors hold`() throws {
    let vectors = try VectorFile(name: "the guide", text: block("json vectors"))
    #expect(vectors.caseCount >= 8)
    for group in vectors.groups { try VectorRun(group: group, plugins: TransformNodes.all + [SqueezeNode.self]).run() }
  }

  @Test func `What the guide says to use is there`() throws {
    let text = try String(contentsOfFile: Self.guide, encoding: .utf8)
    let folder = "\(Checkout.root)/Sources/Transforms"
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    let sources = try files.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }.joined()
    for name in [
      "ColumnSelection", "ColumnRewrite", "RewritingTransform", "ChosenColumns", "CellFailures", "TextWriter", "RowExpression", "ColumnCast",
      "ConstantValue", "RegularExpression",
    ] {
      #expect(
        text.contains("`\(name)`")
          && (sources.contains("struct \(name)") || sources.contains("protocol \(name)") || sources.contains("class \(name)")))
    }
  }
}
