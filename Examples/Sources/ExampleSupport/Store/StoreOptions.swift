package import ArgumentParser
package import Backoffice
import Foundation

/// The database of a command.
package struct DatabaseOption: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("The SQLite file of the store.", valueName: "file"),
    completion: .file())
  package var database: String
  @Flag(
    name: .customLong("allow-unknown-packs"),
    help: "Write to a file with packs that this program does not have, whose rules do not run.")
  package var allowsUnknownPacks = false

  package init() {}

  /// Opens the store and brings its schema up to date; creates the file if it is missing.
  ///
  /// - Throws: ``UnknownPackRefusal``, and the errors of opening a store.
  package func openOrMake() throws -> BackofficeStore {
    try open(.file(database), .migrate)
  }

  /// Opens the store of an existing file with a current schema for writing.
  ///
  /// - Throws: ``MissingDatabase``, ``UnknownPackRefusal``, and the errors of opening a store.
  package func openExisting() throws -> BackofficeStore {
    try requireFile()
    return try open(.file(database), .requireCurrent)
  }

  /// Opens the store of an existing file with a current schema for reading.
  ///
  /// Warns on standard error if the file has packs that this program does not have.
  ///
  /// - Throws: ``MissingDatabase``, and the errors of opening a store.
  package func openToRead() throws -> BackofficeStore {
    try requireFile()
    return try open(.readOnly(database), .requireCurrent)
  }

  private func open(
    _ location: Database.Location, _ schema: BackofficeStore.SchemaPolicy
  ) throws -> BackofficeStore {
    var configuration = StoreSettings.standard()
    configuration.schema = schema
    configuration.unknownPacks = allowsUnknownPacks ? .allow : .refuse
    do {
      let store = try BackofficeStore(location, configuration: configuration)
      if !store.unknownPacks.isEmpty {
        Output.note(
          "\(database) has packs that this program does not have: "
            + store.unknownPacks.joined(separator: ", "))
      }
      return store
    } catch MigrationError.unknownPack(let pack) {
      throw UnknownPackRefusal(path: database, pack: pack)
    }
  }

  /// Checks that the file exists.
  ///
  /// - Throws: ``MissingDatabase``.
  package func requireFile() throws(MissingDatabase) {
    guard FileManager.default.fileExists(atPath: database) else {
      throw MissingDatabase(path: database)
    }
  }
}

/// Thrown when the file of a command does not exist.
package struct MissingDatabase: Error, Hashable, CustomStringConvertible {
  package let path: String

  package init(path: String) { self.path = path }

  package var description: String {
    "\(path) does not exist; create it with an import, with `directorybolt demo`, "
      + "or with `backoffice migrate up`"
  }
}

/// Thrown when a command that writes is given a file with a pack that this program does not have.
package struct UnknownPackRefusal: Error, Hashable, CustomStringConvertible {
  package let path: String
  package let pack: String

  package init(path: String, pack: String) {
    self.path = path
    self.pack = pack
  }

  package var description: String {
    "\(path) has the pack \(pack), whose rules this program does not have; to write to the file, "
      + "give --allow-unknown-packs"
  }
}

/// The output format of a command.
package struct FormatOption: ParsableArguments {
  @Flag(name: .long, help: "Print JSON.")
  package var json = false

  package init() {}
}

/// Parsers of arguments.
package enum Arguments {
  /// A time zone by its name.
  package static func zone(_ text: String) throws -> Zone {
    guard let zone = Zone(text) else {
      throw ValidationError("\(text) is not a known time zone; use a name such as Europe/Paris")
    }
    return zone
  }

  /// One character between fields; `tab` for a tab.
  package static func delimiter(_ text: String) throws -> Character {
    if text == "tab" || text == "\\t" { return "\t" }
    guard let character = text.first, text.count == 1, character.isASCII else {
      throw ValidationError("a delimiter must be one ASCII character or 'tab'")
    }
    return character
  }
}
