internal import SluiceCore

/// What snapshots say of the job that made them: enough to tell what is committed.
struct IcebergAccount {
  static let writer = "sluice.writer"
  static let checkpoint = "sluice.checkpoint"
  /// Where the newest list of changes lies that wait for the table to be aligned.
  static let waiting = "sluice.waiting"
  /// Tells the snapshot that takes waiting changes in, which follows a checkpoint that is committed already.
  static let step = "sluice.step"
  static let consolidation = "consolidation"
  /// The table property with writer and checkpoint, for when others have expired all snapshots that say so.
  static let property = "sluice.committed"
  /// The table property with the job's state as of its newest snapshot.
  static let state = "sluice.state"

  /// The newest snapshot of the writer; it has the writer's highest checkpoint, for checkpoints only grow.
  let snapshot: IcebergSnapshot?
  let lastCommitted: CheckpointID?
  let waitingList: String?

  init(_ metadata: TableMetadata, _ writer: WriterIdentity) {
    snapshot = metadata.ancestors(of: metadata.currentSnapshot).first { $0.summary[Self.writer] == writer.id }
    waitingList = snapshot?.summary[Self.waiting]
    if let text = snapshot?.summary[Self.checkpoint], let checkpoint = CheckpointID(text) {
      lastCommitted = checkpoint
    } else {
      let words = metadata.properties[Self.property]?.split(separator: " ") ?? []
      lastCommitted = words.count == 2 && words[0] == writer.id && metadata.currentSnapshot != nil ? CheckpointID(words[1]) : nil
    }
  }

  /// The newest checkpoint of the writer, if it was in the table and is not in its history any more.
  static func lost(_ metadata: TableMetadata, _ writer: WriterIdentity) -> CheckpointID? {
    let history = metadata.ancestors(of: metadata.currentSnapshot)
    func checkpoint(_ snapshot: IcebergSnapshot) -> CheckpointID? {
      snapshot.summary[Self.writer] == writer.id ? snapshot.summary[Self.checkpoint].flatMap { CheckpointID($0) } : nil
    }
    let found = history.lazy.compactMap(checkpoint).first ?? .min
    // Beyond the oldest snapshot that is left of the history there may be others of it.
    let oldest = history.last.flatMap { $0.parentID == nil ? nil : $0.sequenceNumber } ?? .min
    let others = metadata.snapshots.filter { $0.sequenceNumber > oldest }.compactMap(checkpoint)
    let words = metadata.properties[property]?.split(separator: " ") ?? []
    let noted = found != .min && words.count == 2 && words[0] == writer.id ? CheckpointID(words[1]) : nil
    return (others + [noted].compactMap { $0 }).max().flatMap { $0 > found ? $0 : nil }
  }

  /// The properties of a snapshot of the writer.
  static func properties(_ given: [String: String], _ writer: WriterIdentity, _ checkpoint: CheckpointID, waiting: String?) -> [String: String] {
    var properties = given
    properties[Self.writer] = writer.id
    properties[Self.checkpoint] = String(checkpoint)
    properties[Self.waiting] = waiting
    return properties
  }

  /// What a snapshot that changes no rows takes over.
  var kept: [String: String] {
    (snapshot?.summary ?? [:]).filter { $0.key.hasPrefix("sluice.") || !Self.isFigure($0.key) }
  }

  /// Whether a member of a summary is the snapshot's own.
  static func isFigure(_ name: String) -> Bool {
    name == "operation" || ["total-", "added-", "removed-", "deleted-"].contains { name.hasPrefix($0) } || name == "changed-partition-count"
  }

  /// The table's properties after a commit. The job's state is one of them, because each snapshot that had it would be written anew with each
  /// commit.
  static func updates(_ writer: WriterIdentity, _ checkpoint: CheckpointID, state text: String?) -> [TableUpdate] {
    var properties = [property: "\(writer.id) \(checkpoint)"]
    properties[state] = text
    return [.setProperties(properties)] + (text == nil ? [.removeProperties([state])] : [])
  }

  /// The job's state as of the newest snapshot of a writer: none when the table was set back since.
  static func state(_ metadata: TableMetadata, of own: [String: String]) -> String? {
    guard let writer = own[Self.writer], let checkpoint = own[Self.checkpoint], metadata.properties[property] == "\(writer) \(checkpoint)" else {
      return nil
    }
    return metadata.properties[state]
  }
}
