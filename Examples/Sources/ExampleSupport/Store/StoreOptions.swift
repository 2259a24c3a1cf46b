package import ArgumentParser
package import Backoffice
import Foundation

/// The database of a command.
package struct DatabaseOption: ParsableArguments {
  /// The environment variable that names the file for commands without the option.
  package static let variable = "BACKOFFICE_DATABASE"

  @Option(
    name: [.customShort("d"), .customLong("database")],
    help: ArgumentHelp(
      "The SQLite file of the store; by default that of \(variable).", valueName: "file"),
    completion: .file())
  var given: String?
  @Flag(
    name: .customLong("allow-unknown-packs"),
    help: "Write to a file with packs that this program does not have, whose rules do not run.")
  package var allowsUnknownPacks = false

  package init() {}

  /// The path of the file.
  package var database: String {
    given ?? ProcessInfo.processInfo.environment[Self.variable] ?? ""
  }

  package func validate() throws {
    guard !database.isEmpty else {
      throw ValidationError(
        "name the file of the store: --database FILE, or \(Self.variable)=FILE in the environment")
    }
  }

  /// Opens the store of an existing file with a current schema for writing.
  ///
  /// - Throws: ``MissingDatabase``, ``UnknownPackRefusal``, and the errors of opening a store.
  package func openExisting() throws -> BackofficeStore {
    try requireStore()
    return try open(.file(database), .requireCurrent)
  }

  /// Opens the store of an existing file with a current schema for reading.
  ///
  /// Warns on standard error if the file has packs that this program does not have.
  ///
  /// - Throws: ``MissingDatabase``, and the errors of opening a store.
  package func openToRead() throws -> BackofficeStore {
    let path = try ReadableCopy.path(for: database)
    try Self.requireStore(path)
    return try open(.readOnly(path), .requireCurrent)
  }

  package func open(
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

  private func requireStore() throws { try Self.requireStore(database) }

  /// Checks that a file exists and is a store; reads only.
  ///
  /// - Throws: ``MissingDatabase``, ``EmptyDatabase``, ``ForeignDatabase``, and the errors of
  ///   reading.
  package static func requireStore(_ path: String) throws {
    switch try ForeignDatabase.look(at: path) {
    case (.missing, _): throw MissingDatabase(path: path)
    case (.empty, _): throw EmptyDatabase(path: path)
    case (.foreign, let tables): throw ForeignDatabase(path: path, tables: tables)
    case (.store, _): break
    }
  }
}

/// The database of a command that can create it.
package struct NewDatabaseOption: ParsableArguments {
  @OptionGroup package var database: DatabaseOption
  @Flag(help: "Create the file if it does not exist.")
  package var create = false

  package init() {}

  /// Opens the store; creates the file only if that was asked for.
  ///
  /// - Throws: ``MissingDatabase``, ``ForeignDatabase``, ``UnknownPackRefusal``, and the errors of
  ///   opening a store.
  package func open() throws -> BackofficeStore {
    guard create else { return try database.openExisting() }
    try ForeignDatabase.refuse(database.database)
    return try database.open(.file(database.database), .migrate)
  }
}

/// Thrown when the file of a command does not exist.
package struct MissingDatabase: Error, Hashable, CustomStringConvertible {
  package let path: String

  package init(path: String) { self.path = path }

  package var description: String {
    "\(path) does not exist; check the name, or create a store with: "
      + "backoffice migrate up --database \(path.shellWord)"
  }
}

/// Thrown when the file of a command is empty.
package struct EmptyDatabase: Error, Hashable, CustomStringConvertible {
  package let path: String

  package var description: String {
    "\(path) is empty; make it a store with: "
      + "backoffice migrate up --database \(path.shellWord)"
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

extension String {
  /// As a word that can be pasted into a shell.
  package var shellWord: String {
    let plain =
      !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x2f, 0x5f, 0x3a, 0x3d, 0x2c: true
        default: byte >= 0x80
        }
      }
    return plain ? self : "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
