import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

@Suite struct MergeOnWriteMaintenanceTests {
  /// Merges as soon as there are three runs.
  private static let eager = ["num-sorted-run.compaction-trigger": "2"]

  /// Where a round of maintenance meets the changes of a checkpoint.
  enum Meeting: Int, CaseIterable {
    /// Between two checkpoints.
    case between
    /// A checkpoint is committed after the round was prepared.
    case acrossCommit
    /// Rows are turned into deletions before the round is published, and committed after that.
    case acrossConversion
    case acrossBoth
    case givenUp
    case cancelled
  }

  @Test("merging files changes no row, wherever it meets changes", arguments: KeyShape.all, MergeOnWriteTests.layouts)
  func meetings(shape: KeyShape, layout: MergeOnWriteTests.Layout) throws {
    let seed = SeededRandom.processSeed
    let model = try ChangeModel(shape, buckets: layout.buckets, isPartitioned: layout.isPartitioned, options: Self.eager, seed: seed)
    try model.load(250)
    var published = 0
    for round in 0..<7 {
      try model.change(40)
      try model.commit(try model.prepare())
      let meeting = Meeting.allCases[round % Meeting.allCases.count]
      let before = model.fixture.foreign.snapshots().count
      try meet(meeting, model)
      published += model.fixture.foreign.snapshots().count - before
      try model.check("\(meeting) in round \(round), seed \(seed)")
      if Int.random(in: 0..<3, using: &model.random) == 0 { try model.makeWriters() }
    }
    #expect(published >= 7)
    #expect(try model.fixture.foreign.references().isExact)
  }

  private func meet(_ meeting: Meeting, _ model: ChangeModel) throws {
    let maintenance = try model.maintenance()
    switch meeting {
    case .between:
      _ = try maintenance.prepare { false }
      try maintenance.publish(checkpoint: model.checkpoint)
    case .acrossCommit:
      _ = try maintenance.prepare { false }
      try model.change(40)
      try model.commit(try model.prepare())
      try maintenance.publish(checkpoint: model.checkpoint)
    case .acrossConversion:
      try model.change(40)
      try model.relieve()
      _ = try maintenance.prepare { false }
      try model.change(40)
      try model.relieve()
      try maintenance.publish(checkpoint: model.checkpoint)
      try model.change(40)
      try model.commit(try model.prepare())
    case .acrossBoth:
      _ = try maintenance.prepare { false }
      try model.change(40)
      try model.commit(try model.prepare())
      try model.change(40)
      try model.relieve()
      try maintenance.publish(checkpoint: model.checkpoint)
      try model.change(40)
      try model.commit(try model.prepare())
    case .givenUp:
      _ = try maintenance.prepare { false }
      maintenance.abandon()
      try maintenance.publish(checkpoint: model.checkpoint)
    case .cancelled:
      #expect(try !maintenance.prepare { true })
    }
  }

  @Test("however many commits come, a bucket keeps few files, and readers see each state")
  func bounded() throws {
    let model = try ChangeModel(KeyShape.all[1], buckets: 1, isPartitioned: false, seed: 21)
    try model.load(500)
    let maintenance = try model.maintenance()
    for _ in 0..<40 {
      try model.change(30)
      try model.commit(try model.prepare())
      if try maintenance.prepare(isCancelled: { false }) { try maintenance.publish(checkpoint: model.checkpoint) }
      #expect(try model.fixture.foreign.files().count <= 10)
    }
    try model.check()
    #expect(try model.fixture.open().makeCommitter().lastCommitted() == model.checkpoint)
  }

  @Test("changes of new keys only are merged without writing the old rows again")
  func appending() throws {
    let model = try ChangeModel(KeyShape.all[0], buckets: 1, isPartitioned: false, options: Self.eager, seed: 5)
    try model.write(model.batch((0..<300).map { ($0, .insert) }))
    try model.commit(try model.prepare())
    let maintenance = try model.maintenance()
    for start in stride(from: 300, to: 600, by: 20) {
      try model.write(model.batch((start..<(start + 20)).map { ($0, .insert) }))
      try model.commit(try model.prepare())
      if try maintenance.prepare(isCancelled: { false }) { try maintenance.publish(checkpoint: model.checkpoint) }
    }
    try model.check()
    #expect(try model.fixture.foreign.files().count <= 4)
  }

  @Test("a merge whose files another has taken is given up, and leaves nothing")
  func lost() throws {
    let model = try ChangeModel(KeyShape.all[1], buckets: 2, isPartitioned: false, options: Self.eager, seed: 6)
    try model.load(200)
    for _ in 0..<4 {
      try model.change(60)
      try model.commit(try model.prepare())
    }
    let first = try model.maintenance()
    let second = try model.maintenance()
    #expect(try first.prepare { false } && second.prepare { false })
    try first.publish(checkpoint: model.checkpoint)
    let snapshots = model.fixture.foreign.snapshots()
    try second.publish(checkpoint: model.checkpoint)
    #expect(model.fixture.foreign.snapshots() == snapshots)
    try model.check()
    #expect(try model.fixture.foreign.references().isExact)
  }

  @Test("a table that is emptied begins with an empty index")
  func replaced() throws {
    let model = try ChangeModel(KeyShape.all[1], buckets: 2, isPartitioned: false, options: Self.eager, seed: 8)
    try model.load(200)
    try model.change(60)
    try model.commit(try model.prepare())
    for _ in 0..<3 {
      let maintenance = try model.maintenance()
      _ = try maintenance.prepare { false }
      try model.truncate()
      try maintenance.publish(checkpoint: model.checkpoint)
      try model.check("emptied")
      for _ in 0..<4 {
        try model.change(50)
        try model.commit(try model.prepare())
        try model.check()
      }
    }
    #expect(try model.fixture.foreign.references().isExact)
  }
}
