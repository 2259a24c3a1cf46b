package import ArgumentParser

/// Migrations of any folder of SQL files, or of the store's own schema.
package struct MigrateCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Brings the schema of a SQLite file to where a folder of SQL files is, and back.",
    discussion: """
      Works on any folder of migrations (v0001_x.sql, V1__x.sql, 001_x.up.sql, 001_x/up.sql and \
      others); without --folder on the schema of a Backoffice store.

      Exit status, for deploy scripts:
        0   done, or up to date
        1   something failed; what failed was rolled back
        3   migrations are pending (status, validate)
        4   the file and the folder do not fit: edited, missing, late, newer or unknown migrations
        5   the schema was changed by another hand (status, drift)
        6   verify or lint found something
        7   another program held the lock for the whole waiting time
        64  a command line that makes no sense

      Examples:
        backoffice migrate status --folder db --database app.sqlite
        backoffice migrate up --folder db --database app.sqlite
        backoffice migrate down --folder db --database app.sqlite
        backoffice migrate to 12 --folder db --database app.sqlite
        backoffice migrate verify --folder db --live --database app.sqlite
        backoffice migrate lint --folder db --since 40
        backoffice migrate new add_invoices --folder db
        backoffice migrate status --folder db --database app.sqlite --json
        backoffice migrate --folder db --database app.sqlite up   (options first, for scripts)
      """,
    subcommands: [
      Status.self, Up.self, Down.self, To.self, Redo.self, DryRun.self, Verify.self, Validate.self,
      Lint.self, Drift.self, Dump.self, Repair.self, Baseline.self, Restore.self, New.self,
    ])

  package init() {}
}

extension MigrateCommand {
  /// What a command line would report, without a word to the terminal; for tests.
  ///
  /// A failure becomes a report too, as it does on the terminal.
  ///
  /// - Throws: `ValidationError` and what the parser throws for a line that makes no sense.
  package static func report(of arguments: [String]) throws -> MigrationReport {
    guard let command = try BackofficeTool.parseAsRoot(arguments) as? any MigrationCommand else {
      throw ValidationError("\(arguments.joined(separator: " ")) is no command about migrations")
    }
    return try command.settled()
  }
}
