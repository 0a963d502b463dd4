internal import Foundation
public import SluiceCore

/// What people ask of a job while it runs: small files in its state folder, which the run looks for and removes.
///
/// A command that is given while the job does not run waits for its next run.
public struct JobCommands: Sendable {
  public enum Command: Hashable, Sendable, Codable {
    /// Copies one source table anew.
    case resnapshot(TableID)
    /// Dirty rows go through again.
    case replay(ReplayRequest)
    /// Another speed until the run ends; `nil` for the spec's.
    case speed(SpeedLimit?)
  }

  private let folder: String

  /// `state` is the job's state folder.
  public init(state: String) {
    folder = "\(state)/commands"
  }

  /// Durable when it returns. Answers the command's name.
  @discardableResult
  public func give(_ command: Command) throws -> String {
    // Names are in the order in which commands were given.
    let time = String(Int64(Date().timeIntervalSince1970 * 1_000_000))
    let name = "\(String(repeating: "0", count: max(0, 17 - time.count)))\(time)-\(UUID().uuidString)"
    try DurableFile.replace("\(folder)/\(name).json", with: try JSONEncoder().encode(command))
    return name
  }

  /// Whether a command still waits for a run, or for the end of what it asked for.
  public func isWaiting(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(name).json")
  }

  /// The names of replays that wait or were broken off, oldest first.
  public func replays() throws -> [String] {
    try waiting().compactMap { command, file in if case .replay = command { Self.name(ofFile: file) } else { nil } }
  }

  /// Takes a command back that no run has seen.
  public func withdraw(_ name: String) {
    unlink("\(folder)/\(name).json")
  }

  /// The commands that wait, with the file of each.
  func waiting() throws -> [(command: Command, file: String)] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
    return try names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
      let path = "\(folder)/\(name)"
      do {
        return (try JSONDecoder().decode(Command.self, from: try Data(contentsOf: URL(filePath: path))), path)
      } catch {
        // Taken back meanwhile.
        if access(path, F_OK) != 0 { return nil }
        throw SluiceError(.stateDamaged, "a command cannot be read", at: .init(path: path), cause: error)
      }
    }
  }

  /// The name that `give` answered.
  static func name(ofFile file: String) -> String {
    String(((file as NSString).lastPathComponent as NSString).deletingPathExtension)
  }

  func remove(_ file: String) {
    unlink(file)
  }
}
