internal import ArgumentParser
internal import SluiceCore
internal import SluiceTransforms

/// `sluice schema`: prints what a spec may hold.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print what a spec may hold.",
    discussion: """
      Without an option, the JSON Schema (draft 2020-12), for editors and validators.

        sluice schema > sluice.schema.json
        sluice schema --reference > docs/reference/spec.md
        sluice schema --exit-codes > docs/reference/exit-codes.md
        sluice schema --expressions > docs/reference/expressions.md
      """)

  @Flag(help: "Print the reference page, in Markdown.")
  var reference = false

  @Flag(help: "Print the page of exit codes, in Markdown.")
  var exitCodes = false

  @Flag(help: "Print the page of expressions and their functions, in Markdown.")
  var expressions = false

  func validate() throws {
    if [reference, exitCodes, expressions].count(where: { $0 }) > 1 {
      throw ValidationError("--reference, --exit-codes and --expressions are pages of their own; ask for one.")
    }
  }

  func run() throws {
    if reference {
      Output.print(JobSpec.reference(Composition.plugins))
    } else if exitCodes {
      Output.print(ErrorPolicy.reference)
    } else if expressions {
      Output.print(ExpressionReference.page)
    } else {
      Output.line(JSONText.pretty(JobSpec.schema(Composition.plugins)))
    }
  }
}
