internal import Foundation

/// Starts programs with nothing but what they are given: no descriptor, no blocked signal, no process group of ours.
///
/// Foundation's `Process` learns of an end by a descriptor that any other child may inherit, and would then wait for that child too.
enum Spawn {
  /// Where the three standard descriptors of a program lead.
  enum Channel {
    case files(input: String, output: String, error: String)
    case socket(Int32, error: String)
  }

  /// The new process's identifier.
  static func start(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: String? = nil, channel: Channel
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let write = O_WRONLY | O_CREAT | O_APPEND
    switch channel {
    case .files(let input, let output, let error):
      posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, output, write, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, error, write, 0o600)
    case .socket(let socket, let error):
      posix_spawn_file_actions_adddup2(&actions, socket, 0)
      posix_spawn_file_actions_adddup2(&actions, socket, 1)
      posix_spawn_file_actions_addopen(&actions, 2, error, write, 0o600)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let command = (folder.map { ["/usr/bin/env", "--chdir=\($0)"] } ?? []) + [program] + arguments
    let words = command.map { strdup($0) }
    let settings = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { strdup("\($0)=\($1)") }
    defer { for text in words + settings { free(text) } }
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, command[0], &actions, &attributes, words + [nil], settings + [nil])
    guard code == 0 else { throw TestFailure("\(program) does not start: \(String(cString: strerror(code)))") }
    return identifier
  }
}
