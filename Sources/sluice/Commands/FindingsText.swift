internal import SluiceCore

/// Renders the findings of `sluice check`.
enum FindingsText {
  static func text(_ findings: [Finding], job: String, verdict: String, terminal: Terminal = .standardOutput) -> String {
    let style = terminal.style
    let width = findings.map { TextWidth.of($0.subject) }.max() ?? 0
    let markWidth = terminal.isUnicode ? 1 : 4
    let indent = String(repeating: " ", count: markWidth + width + 4)
    var text = style.bold(job) + "\n\n"
    for finding in findings {
      let message = finding.message.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n" + indent)
      text += "\(mark(finding.level, terminal)) \(TextWidth.pad(finding.subject, to: width))   \(message)\n"
      if let fix = finding.fix { text += indent + style.cyan(terminal.sign("→", "->")) + " \(fix)\n" }
    }
    let failures = findings.count { $0.level == .failure }
    let warnings = findings.count { $0.level == .warning }
    text += "\n"
    if failures > 0 { return text + style.red("not ready: \(Figures.count(failures, "failure"))") + tail(warnings) + "\n" }
    return text + style.green(verdict) + tail(warnings) + "\n"
  }

  static func json(_ findings: [Finding], job: String) -> SpecValue {
    let items = findings.map { finding in
      var members: [SpecValue.Member] = [
        .init("level", .string(finding.level.rawValue)), .init("subject", .string(finding.subject)),
        .init("message", .string(finding.message)),
      ]
      if let fix = finding.fix { members.append(.init("fix", .string(fix))) }
      if let kind = finding.kind { members.append(.init("kind", .string(kind.name))) }
      return SpecValue.object(members)
    }
    return .object([
      .init("job", .string(job)), .init("ready", .boolean(!findings.contains { $0.level == .failure })), .init("findings", .array(items)),
    ])
  }

  private static func mark(_ level: Finding.Level, _ terminal: Terminal) -> String {
    switch level {
    case .ok: terminal.style.green(terminal.sign("✓", "ok  "))
    case .warning: terminal.style.yellow(terminal.sign("!", "warn"))
    case .failure: terminal.style.red(terminal.sign("✗", "FAIL"))
    }
  }

  private static func tail(_ warnings: Int) -> String {
    warnings == 0 ? "" : ", \(Figures.count(warnings, "warning"))"
  }
}
