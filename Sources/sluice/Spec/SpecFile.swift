internal import Foundation
internal import SluiceCore

/// Loads a spec from a JSON or YAML file.
enum SpecFile {
  /// Reads and checks the spec. Environment and files give the secrets it refers to, files counted from the spec's folder.
  static func load(_ path: String, sinkOnly: Bool = false) throws -> JobSpec {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    let origin = JobSpec.Origin(
      file: path, job: url.deletingPathExtension().lastPathComponent, folder: url.deletingLastPathComponent().path)
    let value = resolvingWarehouse(in: try read(path), origin: origin)
    let secrets = SecretLookup(
      environment: { ProcessInfo.processInfo.environment[$0] },
      file: { try? String(contentsOfFile: origin.resolve($0), encoding: .utf8) })
    return try JobSpec.read(value, plugins: Composition.plugins, origin: origin, secrets: secrets, sinkOnly: sinkOnly)
  }

  /// The file's value, whatever it means.
  static func read(_ path: String) throws -> SpecValue {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      let message = isThere ? "the spec cannot be read as UTF-8 text" : "there is no such file"
      throw SluiceError(.specInvalid, message, at: .init(path: path), cause: error)
    }
    do {
      return isYAML(path, text) ? try YAMLReader.read(text) : try JSONReader.read(text)
    } catch {
      throw SluiceError(.specInvalid, error.message, at: .init(path: "\(path):\(error.line):\(error.column)"))
    }
  }

  private static func isYAML(_ path: String, _ text: String) -> Bool {
    switch URL(fileURLWithPath: path).pathExtension.lowercased() {
    case "yaml", "yml": true
    case "json": false
    default: text.first { !$0.isWhitespace } != "{"
    }
  }

  /// A relative warehouse counts from the spec's folder, as all paths in a spec do. For a REST catalog it is a name.
  private static func resolvingWarehouse(in spec: SpecValue, origin: JobSpec.Origin) -> SpecValue {
    spec.replacing("sink") { sink in
      if sink["catalog"]?["type"] == .string("rest") { return sink }
      return sink.replacing("warehouse") { warehouse in
        if case .string(let path) = warehouse, !path.isEmpty { .string(origin.resolve(path)) } else { warehouse }
      }
    }
  }
}

extension SpecValue {
  /// The object with the value under `key`, when there is one, replaced.
  fileprivate func replacing(_ key: String, _ change: (SpecValue) -> SpecValue) -> SpecValue {
    guard case .object(let members) = self else { return self }
    return .object(members.map { $0.key == key ? .init(key, change($0.value)) : $0 })
  }
}
