internal import Foundation

/// A real MariaDB or Oracle MySQL server of the tests' own, on 127.0.0.1, that ends with the test process.
public final class DatabaseServer: Sendable {
  public enum Product: String, CaseIterable, Sendable {
    case mariadb, mysql
  }

  public let product: Product
  public let port: Int
  /// Certificates in PEM form: `ca.pem` signed the server's, `other-ca.pem` did not.
  public var tlsFolder: String { folder + "/tls" }
  private let folder: String

  /// The account with just the rights that Sluice asks for.
  public static let user = "sluice"
  public static let password = "sluicepass"

  /// The server that all tests of this process share; started when first asked for.
  public static func shared(_ product: Product) throws -> DatabaseServer {
    switch product {
    case .mariadb: try sharedMariaDB.get()
    case .mysql: try sharedMySQL.get()
    }
  }

  /// A server for one test, which may break it.
  public init(_ product: Product, options: [String] = []) throws {
    self.product = product
    folder = FileManager.default.temporaryDirectory.path + "/sluice-\(product.rawValue)-\(UUID().uuidString.prefix(8))"
    try Self.run(product, ["start", folder, "0"] + options)
    port = Int(try String(contentsOfFile: folder + "/port", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  deinit {
    remove()
  }

  /// Runs statements as root.
  public func execute(_ sql: String) throws {
    try Self.run(product, ["client", folder, "--default-character-set=utf8mb4"], input: sql)
  }

  /// The rows of a statement as root, values as text. A text `NULL` reads as null.
  public func query(_ sql: String) throws -> [[String?]] {
    let output = try Self.run(product, ["client", folder, "--default-character-set=utf8mb4", "-N", "-B"], input: sql)
    return output.split(separator: "\n").map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { $0 == "NULL" ? nil : Self.unescaped($0) }
    }
  }

  /// Ends the server with SIGKILL.
  public func kill() throws { try Self.run(product, ["kill", folder]) }

  /// Starts it anew on its old port.
  public func restart() throws { try Self.run(product, ["restart", folder]) }

  private func remove() {
    _ = try? Self.run(product, ["stop", folder])
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static let sharedMariaDB = Result { try started(.mariadb) }
  private static let sharedMySQL = Result { try started(.mysql) }

  private static func started(_ product: Product) throws -> DatabaseServer {
    let server = try DatabaseServer(product)
    // Shared servers are never released.
    switch product {
    case .mariadb: atexit { try? DatabaseServer.sharedMariaDB.get().remove() }
    case .mysql: atexit { try? DatabaseServer.sharedMySQL.get().remove() }
    }
    return server
  }

  /// What a server script said when it failed.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  @discardableResult
  private static func run(_ product: Product, _ arguments: [String], input: String = "") throws -> String {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let script = root.appending(path: "dev/servers/\(product.rawValue).sh").path
    let folder = try TemporaryFolder()
    try input.write(toFile: folder.appending("in"), atomically: false, encoding: .utf8)
    let status = try spawn(["/bin/bash", "-c", detached, folder.path, script] + arguments)
    guard status == 0 else {
      throw Failure(description: "\(product.rawValue).sh \(arguments[0]): " + (try String(contentsOfFile: folder.appending("err"), encoding: .utf8)))
    }
    return try String(contentsOfFile: folder.appending("out"), encoding: .utf8)
  }

  /// A server outlives the script that starts it, so it must inherit nothing: neither pipes nor the descriptors by which Foundation's
  /// `Process` learns of an end. `$0` is a folder for input and output.
  private static let detached = """
    for file in /proc/$$/fd/*; do number=${file##*/}; if ((number > 2)); then eval "exec $number>&-"; fi; done
    exec "$@" <"$0/in" >"$0/out" 2>"$0/err"
    """

  /// Runs a program to its end and gives its wait status.
  private static func spawn(_ arguments: [String]) throws -> Int32 {
    let environment = ProcessInfo.processInfo.environment.merging(["SERVER_OWNER": "\(getpid())"]) { $1 }
    let words = arguments.map { strdup($0) }
    let settings = environment.map { strdup("\($0)=\($1)") }
    defer { for text in words + settings { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, arguments[0], nil, nil, words + [nil], settings + [nil])
    guard code == 0 else { throw Failure(description: "cannot start \(arguments[0]): error \(code)") }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw Failure(description: "cannot wait for \(arguments[0]): error \(errno)") }
    }
    return status
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var isEscape = false
    for character in text {
      if isEscape {
        result.append(character == "t" ? "\t" : character == "n" ? "\n" : character == "0" ? "\0" : character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
