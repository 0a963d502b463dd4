import SluiceCore
import SluiceTransforms
import TestKit
import Testing

/// Each file in `Tests/Vectors/transforms`, as a copy and as the log would bring the rows.
@Suite struct NodeVectorTests {
  @Test(arguments: VectorFile.all)
  func `Rows come out as the vectors say, as a copy and as changes`(file: VectorFile) throws {
    #expect(!file.groups.isEmpty)
    for group in file.groups { try VectorRun(group: group).run() }
  }

  @Test func `There are vectors of every node, and enough of them`() {
    #expect(VectorFile.all.reduce(0) { $0 + $1.caseCount } >= 300)
    let used = Set(VectorFile.all.flatMap(\.groups).filter { $0.error == nil }.flatMap { $0.nodes.items.flatMap(\.ordered).map(\.key) })
    #expect(used == Set(TransformNodes.all.map { $0.id }))
  }
}
