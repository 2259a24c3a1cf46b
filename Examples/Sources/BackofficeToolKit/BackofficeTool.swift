package import ArgumentParser

/// The command `backoffice`.
package struct BackofficeTool: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "backoffice",
    abstract: "Administers a Backoffice store: schema, checks, dashboards, imports, queue.",
    discussion: """
      Exit status: 0 for success, 1 for a failure or a finding, 64 for an invalid command line; \
      migrate has more (see backoffice help migrate).

      Commands that read accept a file with packs that this program does not have, and warn on \
      standard error. Commands that write refuse it unless --allow-unknown-packs is given.

      Examples:
        backoffice check --database office.sqlite
        backoffice maintain --database office.sqlite
        backoffice dashboard --database office.sqlite
        backoffice history import log.csv --case id --status state --time at \\
          --owner who --database office.sqlite
        backoffice usage import CDNOW_sample.txt --format cdnow \\
          --database office.sqlite
        backoffice queue work --database office.sqlite -- ./handle
        backoffice backup copy.sqlite --database office.sqlite

      BACKOFFICE_DATABASE names the file for commands without --database. With --json a failure \
      is a JSON object with outcome, exitCode, error, and the file, the line and what was done, \
      where they are known.
      """,
    version: "0.1.0 (unreleased)",
    subcommands: [
      MigrateCommand.self, CheckCommand.self, RebuildCommand.self, MaintainCommand.self,
      StatsCommand.self, SchemaCommand.self, BackupCommand.self, RestoreCommand.self,
      HistoryCommand.self, UsageCommand.self, ImportsCommand.self, DashboardCommand.self,
      SnapshotCommand.self,
      QueueCommand.self,
    ])

  package init() {}
}
