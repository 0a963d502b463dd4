internal import Foundation

/// A helper program that answers each line with a line, over one socket, so that its end is an error and no signal.
final class LineChannel {
  private let identifier: pid_t
  private let socket: Int32
  private let name: String
  private let errors: String
  private let folder: TemporaryFolder
  private var received: [UInt8] = []

  init(_ program: String, _ arguments: [String]) throws {
    var sockets: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { throw TestFailure("no socket: errno \(errno)") }
    socket = sockets[0]
    defer { close(sockets[1]) }
    name = arguments.first ?? program
    folder = try TemporaryFolder()
    errors = folder.appending("error")
    identifier = try Spawn.start(program, arguments, channel: .socket(sockets[1], error: errors))
  }

  deinit {
    close(socket)
    kill(identifier, SIGKILL)
    waitpid(identifier, nil, 0)
  }

  /// The answer to a line. Without one in time the program is ended: a late answer would be taken for the next one's.
  func ask(_ line: String, within patience: Duration) throws -> String {
    try send(Array((line + "\n").utf8))
    let deadline = Deadline(in: patience)
    var scanned = 0
    while true {
      if let end = received[scanned...].firstIndex(of: 0x0a) {
        defer { received.removeSubrange(...end) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      scanned = received.count
      try receive(deadline, patience)
    }
  }

  private func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 || errno == EINTR else { throw failure("takes no more questions") }
      rest = rest.dropFirst(max(0, count))
    }
  }

  private func receive(_ deadline: Deadline, _ patience: Duration) throws {
    var wanted = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, deadline.milliseconds) > 0 else {
      kill(identifier, SIGKILL)
      throw failure("gave no answer in \(patience)")
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(socket, &buffer, buffer.count, 0)
    guard count > 0 else { throw failure("has ended") }
    received += buffer[..<count]
  }

  private func failure(_ what: String) -> TestFailure {
    let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
    return TestFailure("\(name) \(what)\n\(text.suffix(2_000))")
  }
}
