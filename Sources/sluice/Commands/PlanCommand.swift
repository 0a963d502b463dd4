internal import ArgumentParser
internal import SluiceCore

/// `sluice plan`: shows what a run would make.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show the tables a job would make, and what the lake cannot hold as it is.",
    discussion: """
      Asks the source for its tables; makes and copies nothing. Up to ten tables are shown in detail.

        sluice plan shop.json
        sluice plan shop.json --ddl           all tables in detail
        sluice plan shop.json --json | jq -r '.tables[].ddl'
      """)

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @Flag(help: "Show every table in detail.")
  var ddl = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let job = try SpecFile.load(spec)
    let plan = try Composition.plan(of: job)
    if json {
      Output.line(JSONText.compact(PlanJSON.value(plan)))
    } else {
      Output.print(PlanText(plan: plan, spec: job).text(details: ddl || plan.tables.count <= 10))
    }
  }
}
