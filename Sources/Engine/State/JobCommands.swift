internal import Foundation
public import SluiceCore

/// What people ask of a job while it runs: small files in its state folder, which the run looks for and removes.
///
/// A command that is given while the job does not run waits for its next run.
public struct JobCommands: Sendable {
  public enum Command: Hashable, Sendable, Codable {
    /// Copies one source table anew.
    case resnapshot(TableID)
  }

  private let folder: String

  /// `state` is the job's state folder.
  public init(state: String) {
    folder = "\(state)/commands"
  }

  /// Durable when it returns.
  public func give(_ command: Command) throws {
    try DurableFile.replace("\(folder)/\(UUID().uuidString).json", with: try JSONEncoder().encode(command))
  }

  /// The commands that wait, with the file of each.
  func waiting() throws -> [(command: Command, file: String)] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
    return try names.filter { $0.hasSuffix(".json") }.sorted().map { name in
      let path = "\(folder)/\(name)"
      do {
        return (try JSONDecoder().decode(Command.self, from: try Data(contentsOf: URL(filePath: path))), path)
      } catch {
        throw SluiceError(.stateDamaged, "a command cannot be read", at: .init(path: path), cause: error)
      }
    }
  }

  func remove(_ file: String) {
    unlink(file)
  }
}
