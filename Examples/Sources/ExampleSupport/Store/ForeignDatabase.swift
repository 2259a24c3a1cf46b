import Backoffice
import Foundation

/// Thrown when a file that belongs to another program would become a store.
package struct ForeignDatabase: Error, Hashable, CustomStringConvertible {
  package let path: String
  package let tables: [String]

  /// What a file is.
  enum State { case missing, empty, store, foreign }

  package var description: String {
    let names = tables.prefix(3).map(\.quoted).joined(separator: ", ")
    return "\(path) belongs to another program: it is no store, and has "
      + "\(Human.count(tables.count, "table", "tables")), \(names)\(tables.count > 3 ? ", …" : ""). "
      + "Name the folder of its migrations with --folder DIR, or name another file; to have a "
      + "store in this file too: "
      + "backoffice migrate up --beside-other-tables --database \(path.shellWord)"
  }

  /// Refuses a file with tables that is no store; reads only.
  ///
  /// - Throws: ``ForeignDatabase``, and the errors of reading.
  package static func refuse(_ path: String) throws {
    let (state, tables) = try look(at: path)
    if state == .foreign { throw ForeignDatabase(path: path, tables: tables) }
  }

  static func look(at path: String) throws -> (state: State, tables: [String]) {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path)
    guard let attributes else { return (.missing, []) }
    if attributes[.size] as? Int == 0 { return (.empty, []) }
    let database = try Database(.readOnly(path))
    defer { database.close() }
    let tables: [String] = try database.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'
          ORDER BY rowid
          """
      ) { try $0.value(at: 0) }
    }
    if tables.contains("queue_items"), tables.contains("queue_controls") { return (.store, tables) }
    return (tables.isEmpty ? .empty : .foreign, tables)
  }
}
