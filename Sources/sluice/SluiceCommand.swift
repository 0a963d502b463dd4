internal import ArgumentParser
internal import Foundation

/// The root of the command line.
struct SluiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "Copies whole MySQL and MariaDB databases into Apache Paimon and Iceberg tables and keeps them in step, exactly once.",
    discussion: """
      A job is one JSON or YAML file: where rows come from, and where they go.

        sluice check shop.json                    is everything there?
        sluice plan shop.json                     which tables would it make?
        sluice preview shop.json --table shop.t   what do rows become?
        sluice run shop.json                      copy and follow, or go on after a stop
        sluice resnapshot shop.json shop.orders   copy one table anew
        sluice dirty list shop.json               rows that could not be carried over
        sluice speed shop.json --rows 5000        slow a running job down
        sluice peek shop.orders --spec shop.json  look into a table
        sluice schema > sluice.schema.json        for your editor
      """,
    version: "0.1.0",
    subcommands: [
      CheckCommand.self, PlanCommand.self, PreviewCommand.self, RunCommand.self, ResnapshotCommand.self, DirtyCommand.self, SpeedCommand.self,
      PeekCommand.self, SchemaCommand.self,
    ])
}

@main
enum Entry {
  static func main() {
    do {
      var command = try SluiceCommand.parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(with: error)
    }
  }
}
