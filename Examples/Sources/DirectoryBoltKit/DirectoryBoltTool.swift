package import ArgumentParser

/// A directory submission service.
package struct DirectoryBoltTool: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "directorybolt",
    abstract: "A directory submission service: gets businesses listed in directories.",
    discussion: """
      Exit status: 0 for success, 1 for a failure, 64 for an invalid command line.

      Examples:
        directorybolt demo --seed 7
        directorybolt import-directories places.csv --database office.sqlite
        directorybolt import-businesses firms.csv --database office.sqlite
        directorybolt submit --customer ines@bakery.example.com --count 20 \\
          --database office.sqlite
        directorybolt work --workers 4 --database office.sqlite
        directorybolt act --database office.sqlite
        directorybolt report --database office.sqlite

      BACKOFFICE_DATABASE names the file for commands without --database.
      """,
    version: "0.1.0 (unreleased)",
    subcommands: [
      DemoCommand.self, ImportDirectoriesCommand.self, ImportBusinessesCommand.self,
      ImportLogCommand.self, SubmitCommand.self, WorkCommand.self, ActCommand.self,
      ReportCommand.self,
    ])

  package init() {}
}
