package import ArgumentParser

/// The commands for migrations of a folder of SQL files, or of the store's own schema.
package struct MigrateCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Applies and reverts the migrations of a SQLite file.",
    discussion: """
      Works on any folder of migrations (v0001_x.sql, V1__x.sql, 001_x.up.sql, 001_x/up.sql and \
      others, with --order name for several files of one number); without --folder on the schema of a Backoffice store.

      Exit status, for deploy scripts:
        0   success
        1   a failure, which was rolled back
        3   migrations are pending (status, validate)
        4   the file and the folder differ: edited, missing, late, newer or unknown migrations
        5   the schema was changed other than by migrations (status, drift)
        6   findings of verify or lint
        7   another program held the lock until the timeout
        64  an invalid command line

      Examples:
        backoffice migrate status --folder db --database app.sqlite
        backoffice migrate up --folder db --database app.sqlite
        backoffice migrate down --folder db --database app.sqlite
        backoffice migrate to 12 --folder db --database app.sqlite
        backoffice migrate verify --folder db --live --database app.sqlite
        backoffice migrate lint --folder db --since 40
        backoffice migrate new add_invoices --folder db
        backoffice migrate adopt --folder db --database app.sqlite   (after another tool)
        backoffice migrate status --folder db --database app.sqlite --json
        backoffice migrate --folder db --database app.sqlite up   (options first, for scripts)
      """,
    subcommands: [
      Status.self, Up.self, Down.self, To.self, Redo.self, DryRun.self, Verify.self, Validate.self,
      Lint.self, Drift.self, Dump.self, Repair.self, Baseline.self, Adopt.self, Restore.self,
      New.self,
    ])

  package init() {}
}

extension MigrateCommand {
  /// Returns the report of a command line, without output; for tests.
  ///
  /// A failure is reported as well.
  ///
  /// - Throws: `ValidationError`, and the parser's errors for an invalid command line.
  package static func report(of arguments: [String]) throws -> MigrationReport {
    guard let command = try BackofficeTool.parseAsRoot(arguments) as? any MigrationCommand else {
      throw ValidationError("\(arguments.joined(separator: " ")) is not a migration command")
    }
    return try command.settled()
  }
}
