extension ErrorPolicy {
  /// The reference page of exit codes and error kinds, in Markdown.
  public static var reference: String {
    let rows = table.sorted { ($0.value.exitCode, $0.key.name) < ($1.value.exitCode, $1.key.name) }.map { kind, policy in
      "| \(policy.exitCode) | `\(kind)` | \(policy.retry == .backoff ? "by itself" : "after a change") | \(policy.advice) |"
    }
    return """
      # Exit codes

      `sluice` ends with 0 when it did what was asked, also when SIGINT or SIGTERM asked a run to stop and its last checkpoint was
      finished; with 130 when a second signal ended it at once. An error ends it with the code of its kind, which stderr names as
      `error: <kind>: <message>`. This page is `sluice schema --exit-codes`.

      | code | kind | worth trying again | advice |
      | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))

      """
  }
}
