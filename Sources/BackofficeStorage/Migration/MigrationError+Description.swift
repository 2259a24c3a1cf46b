extension MigrationError: CustomStringConvertible {
  /// What was refused, why, and what to do, on one line.
  public var description: String {
    switch self {
    case .invalidName(let name):
      "\"\(name)\" cannot name a migration or a pack: "
        + "use lower-case letters, digits and underscores"
    case .invalidVersion(let id):
      "\(id.pack)/\(id.name) has the version \(id.version); versions start at 1"
    case .duplicatePack(let name):
      "two migration packs are named \(name); give each a name of its own"
    case .duplicateVersion(let pack, let version, let names):
      "version \(version) of \(pack) is there twice (\(names.joined(separator: ", "))); "
        + "renumber the later one"
    case .unordered(let id, let previous):
      "\(id) is listed behind version \(previous); list migrations by rising version"
    case .emptyScript(let file):
      "\(file) holds no statement"
        + (file.hasSuffix(".down.sql") ? "; leave it out when there is no way back" : "")
    case .invalidText(let file, let line, let reason):
      "\(file):\(line) holds \(reason); remove it"
    case .forbiddenStatement(let file, let line, let statement):
      "\(file):\(line) may not run [\(statement)]: "
        + "the transaction and the connection's settings belong to the runner"
    case .statementFailed(let file, let line, let statement, let reason):
      "\(file):\(line) failed and was rolled back: \(reason.message) "
        + "(code \(reason.code.rawValue)) [in: \(statement.singleLine(limit: 200))]"
    case .foreignKeysViolated(let file, let rows, let count):
      "\(file) was rolled back, as it left \(count) row\(count == 1 ? "" : "s") without a parent: "
        + rows.map(\.description).joined(separator: "; ")
        + (count > rows.count ? "; and \(count - rows.count) more" : "")
    case .edited(let id, let recorded, let found):
      "\(id) was edited after it ran (checksum then \(recorded.prefix(12)), "
        + "now \(found.prefix(12))); restore its text and put the change into a new migration"
    case .missing(let id):
      "\(id) ran on this file and is gone from the library; put it back"
    case .newerThanLibrary(let pack, let fileVersion, let libraryVersion):
      "the file is newer than the library: \(pack) is at version \(fileVersion), "
        + "this library knows \(libraryVersion); update the library"
    case .unknownPack(let name):
      "the file has migrations of the pack \(name), which this program does not have; "
        + "add the pack, or allow unknown packs"
    case .outOfOrder(let id, let applied):
      "\(id) has not run, but version \(applied) has; give it a number above that"
    case .noDown(let id):
      "\(id) cannot be undone: it was recorded without a way back; restore a backup instead"
    case .unknownVersion(let pack, let version):
      "there is no version \(version) of \(pack)"
    case .unknownAlgorithm(let id, let algorithm):
      "\(id) was recorded with the checksum \(algorithm), which this library does not know; "
        + "update the library"
    case .foreignLedger(let columns):
      "the file's table schema_migrations was made by another tool "
        + "(its columns: \(columns.joined(separator: ", "))); use a file of its own"
    case .pending(let ids):
      "\(ids.count) migration\(ids.count == 1 ? " has" : "s have") not run on this file, "
        + "first \(ids.first?.description ?? "none"); open it for writing once"
    case .insideTransaction:
      "migrations cannot run inside a transaction; end it first"
    }
  }
}
