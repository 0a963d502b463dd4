internal import Foundation
public import SluiceCore
internal import Synchronization

/// Checkpoints as versioned files in a job's state folder.
///
/// `checkpoint-<id>` holds a header line with the body's length and checksum, then the checkpoint as JSON. The newest two are kept; only
/// the newest counts, because an older one would read again what the tables already hold.
public final class FileCheckpointStore: CheckpointStore {
  public let folder: String
  public let job: String
  private let lockFile = Mutex<Int32>(-1)

  /// `folder` is made when the lock is taken.
  public init(folder: String, job: String) {
    self.folder = folder
    self.job = job
  }

  deinit {
    lockFile.withLock { if $0 >= 0 { _ = close($0) } }
  }

  public func lock() throws {
    try DurableFile.makeFolder(folder)
    let path = "\(folder)/lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw DurableFile.failure(path) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      defer { close(file) }
      let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      let who = holder.isEmpty ? "another process" : "process \(holder.trimmingCharacters(in: .whitespacesAndNewlines))"
      throw SluiceError(.jobLocked, "the job's state is in use by \(who)", at: .init(job: job, path: folder))
    }
    let text = Data("\(getpid())\n".utf8)
    guard ftruncate(file, 0) == 0 else { throw DurableFile.failure(path) }
    try text.withUnsafeBytes { try DurableFile.writeAll(file, $0, path: path) }
    lockFile.withLock { $0 = file }
    // A crash may have left a checkpoint half written.
    for name in try names() where name.hasPrefix("checkpoint-") && name.hasSuffix(".tmp") { unlink("\(folder)/\(name)") }
  }

  public func latest() throws -> Checkpoint? {
    guard let newest = try ids().last else { return nil }
    let path = self.path(newest)
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw SluiceError(.storageFailed, "the checkpoint cannot be read", at: .init(job: job, path: path), cause: error)
    }
    let checkpoint = try decode(data, path: path)
    guard checkpoint.job == job else {
      throw SluiceError(.stateForeign, "the state belongs to the job \(checkpoint.job), not to \(job)", at: .init(job: job, path: folder))
    }
    return checkpoint
  }

  public func save(_ checkpoint: Checkpoint) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let body: Data
    do {
      body = try encoder.encode(checkpoint)
    } catch {
      throw SluiceError(.defect, "the checkpoint cannot be written as JSON", at: .init(job: job), cause: error)
    }
    let header = "sluice-checkpoint \(Checkpoint.currentVersion) \(body.count) \(Self.checksum(body))\n"
    try DurableFile.replace(path(checkpoint.id), with: Data(header.utf8) + body)
    for old in try ids().dropLast(2) { unlink(path(old)) }
  }

  private func path(_ id: CheckpointID) -> String { "\(folder)/checkpoint-\(id)" }

  /// The checkpoints at hand, oldest first.
  private func ids() throws -> [CheckpointID] {
    try names().compactMap { $0.hasPrefix("checkpoint-") ? CheckpointID($0.dropFirst("checkpoint-".count)) : nil }.sorted()
  }

  /// A folder that cannot be looked into is no new job's.
  private func names() throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw SluiceError(.storageDenied, "the state folder cannot be read", at: .init(job: job, path: folder), cause: error)
    }
  }

  private func decode(_ data: Data, path: String) throws -> Checkpoint {
    func damaged(_ what: String) -> SluiceError {
      SluiceError(.stateDamaged, what, at: .init(job: job, path: path))
    }
    guard let newline = data.firstIndex(of: 0x0a) else { throw damaged("the header is missing") }
    let header = String(decoding: data[..<newline], as: UTF8.self).split(separator: " ")
    guard header.count == 4, header[0] == "sluice-checkpoint", let version = Int(header[1]) else { throw damaged("the header cannot be read") }
    guard version <= Checkpoint.currentVersion else {
      throw SluiceError(
        .stateForeign, "the state was written by a newer version (layout \(version), this one knows \(Checkpoint.currentVersion))",
        at: .init(job: job, path: path))
    }
    let body = data[data.index(after: newline)...]
    guard Int(header[2]) == body.count else { throw damaged("\(body.count) bytes were found where the header says \(header[2])") }
    guard Self.checksum(body) == header[3] else { throw damaged("the checksum does not fit the content") }
    do {
      return try JSONDecoder().decode(Checkpoint.self, from: body)
    } catch {
      throw SluiceError(.stateDamaged, "the content cannot be read", at: .init(job: job, path: path), cause: error)
    }
  }

  /// FNV-1a: guards against torn and edited files, not against forgery.
  private static func checksum(_ data: Data) -> String {
    let hash = data.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
