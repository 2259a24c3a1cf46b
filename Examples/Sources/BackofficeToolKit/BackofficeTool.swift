package import ArgumentParser

/// The tool of whoever runs a store.
package struct BackofficeTool: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "backoffice",
    abstract: "Looks after a Backoffice store: schema, books, dashboards, imports, queue.",
    discussion: """
      Exit status: 0 when all is well, 1 when something failed or was found, 64 for a command \
      line that makes no sense; migrate has more (see backoffice help migrate).

      A file with packs that this program does not have is read, and standard error says so. \
      Commands that write refuse it unless --allow-unknown-packs is given.

      Examples:
        backoffice check --database office.sqlite
        backoffice maintain --database office.sqlite
        backoffice dashboard --database office.sqlite
        backoffice history import log.csv --case id --status state --time at \\
          --owner who --database office.sqlite
        backoffice usage import CDNOW_sample.txt --format cdnow \\
          --database office.sqlite
        backoffice queue work --database office.sqlite -- ./handle
      """,
    subcommands: [
      MigrateCommand.self, CheckCommand.self, RebuildCommand.self, MaintainCommand.self,
      StatsCommand.self,
      HistoryCommand.self, UsageCommand.self, DashboardCommand.self, SnapshotCommand.self,
      QueueCommand.self,
    ])

  package init() {}
}
