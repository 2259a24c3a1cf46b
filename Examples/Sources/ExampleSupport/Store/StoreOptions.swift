package import ArgumentParser
package import Backoffice
import Foundation

/// Which database a command works on.
package struct DatabaseOption: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("The SQLite file of the store.", valueName: "file"),
    completion: .file())
  package var database: String

  package init() {}

  /// Opens the store and brings its schema up to date; makes the file when it is missing.
  ///
  /// - Throws: what opening throws.
  package func openOrMake() throws -> BackofficeStore {
    try BackofficeStore(.file(database), configuration: StoreSettings.standard())
  }

  /// Opens the store of a file that must be there, with a schema that must be current.
  ///
  /// - Throws: ``MissingDatabase``, and what opening throws.
  package func openExisting() throws -> BackofficeStore {
    try requireFile()
    var configuration = StoreSettings.standard()
    configuration.schema = .requireCurrent
    return try BackofficeStore(.file(database), configuration: configuration)
  }

  /// Refuses to go on without the file.
  ///
  /// - Throws: ``MissingDatabase``.
  package func requireFile() throws(MissingDatabase) {
    guard FileManager.default.fileExists(atPath: database) else {
      throw MissingDatabase(path: database)
    }
  }
}

/// Thrown when a command that only looks is given a file that is not there.
package struct MissingDatabase: Error, Hashable, CustomStringConvertible {
  package let path: String

  package init(path: String) { self.path = path }

  package var description: String {
    "\(path) is not there; make one with an import, with `directorybolt demo`, "
      + "or with `backoffice migrate up`"
  }
}

/// In which form a command answers.
package struct FormatOption: ParsableArguments {
  @Flag(name: .long, help: "Answer in JSON, for programs.")
  package var json = false

  package init() {}
}

/// Arguments that are more than text or a number.
package enum Arguments {
  /// A time zone by its name.
  package static func zone(_ text: String) throws -> Zone {
    guard let zone = Zone(text) else {
      throw ValidationError("\(text) is no time zone that this machine knows; try Europe/Paris")
    }
    return zone
  }

  /// One character between fields; `tab` for a tab.
  package static func delimiter(_ text: String) throws -> Character {
    if text == "tab" || text == "\\t" { return "\t" }
    guard let character = text.first, text.count == 1, character.isASCII else {
      throw ValidationError("a delimiter is one ASCII character, or 'tab'")
    }
    return character
  }
}
