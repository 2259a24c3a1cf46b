package import ArgumentParser
package import Backoffice

/// Which database a command works on.
package struct DatabaseOption: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("The SQLite file of the store.", valueName: "file"),
    completion: .file())
  package var database: String

  package init() {}

  /// Opens the store; a file that is not there is made.
  ///
  /// - Throws: what opening throws.
  package func open(
    configuration: BackofficeStore.Configuration = .init()
  ) throws -> BackofficeStore {
    try BackofficeStore(.file(database), configuration: configuration)
  }
}

/// In which form a command answers.
package struct FormatOption: ParsableArguments {
  @Flag(name: .long, help: "Answer in JSON, for programs.")
  package var json = false

  package init() {}
}
