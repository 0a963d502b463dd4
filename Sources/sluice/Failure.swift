internal import ArgumentParser
internal import Foundation
internal import SluiceCore

/// Shows an error and ends the program with its code.
enum Failure {
  static func exit(with error: any Error) -> Never {
    if let error = error as? SluiceError {
      Output.error(text(of: error, style: Terminal.standardError.style))
      Foundation.exit(ErrorPolicy.of(error.kind).exitCode)
    }
    let code = SluiceCommand.exitCode(for: error)
    if code == .validationFailure {
      Output.error(SluiceCommand.fullMessage(for: error) + "\n")
      Foundation.exit(ErrorPolicy.of(.specInvalid).exitCode)
    }
    if error is ExitCode || error is CleanExit || code == .success { SluiceCommand.exit(withError: error) }
    let message = SluiceCommand.message(for: error)
    guard !message.isEmpty else { SluiceCommand.exit(withError: error) }
    let isHelp = message.hasPrefix("OVERVIEW") || message.hasPrefix("USAGE")
    if isHelp { SluiceCommand.exit(withError: error) }
    exit(with: SluiceError(.defect, String(describing: error), cause: error))
  }

  /// The error as it stands on stderr.
  static func text(of error: SluiceError, style: Style) -> String {
    var text = style.red(style.bold("error:")) + " \(style.bold(error.kind.name)): \(error.message)\n"
    let places = place(error.place)
    if !places.isEmpty { text += style.dim("   at:") + " \(places)\n" }
    if let cause = cause(of: error) { text += style.dim("cause:") + " \(cause)\n" }
    text += style.dim(" help:") + " \(error.remedy ?? ErrorPolicy.of(error.kind).advice)\n"
    return text
  }

  private static func place(_ place: SluiceError.Place) -> String {
    var parts: [String] = []
    if let job = place.job { parts.append("job \(job)") }
    if let table = place.table { parts.append("table \(table)") }
    if let column = place.column { parts.append("column \(column)") }
    if let path = place.path { parts.append(path) }
    if let position = place.position { parts.append("position \(position)") }
    return parts.joined(separator: ", ")
  }

  /// Only our own causes are shown: others may hold anything.
  private static func cause(of error: SluiceError) -> String? {
    guard let cause = error.cause as? SluiceError else { return nil }
    return "\(cause.kind): \(cause)"
  }
}
