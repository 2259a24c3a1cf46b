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
    case .folderMissing(let path, let reason):
      "the folder \(path) cannot be read: \(reason)"
    case .unreadableFile(let file, let reason):
      "\(file) cannot be read: \(reason)"
    case .unrecognizedFile(let file, let suggestion):
      "\(file) has no name of a migration; "
        + (suggestion.map { "did you mean \($0)?" } ?? "rename it, or list it as ignored")
    case .duplicateFiles(let what, let files):
      "\(what) is there more than once (\(files.joined(separator: ", "))); keep one"
    case .downWithoutUp(let file):
      "\(file) is a way back without the file that it leads back from; add that, or remove it"
    case .folderChanged(let file, let reason):
      "\(file) \(reason); look at what was merged, and write the list of digests again"
    case .emptyScript(let file):
      "\(file) holds no statement"
        + (file.contains("down") || file.contains("rollback")
          ? "; leave it out when there is no way back" : "")
    case .invalidText(let file, let line, let reason):
      "\(file):\(line) holds \(reason); remove it"
    case .forbiddenStatement(let file, let line, let statement):
      "\(file):\(line) may not run [\(statement)]: "
        + "the transaction and the connection's settings belong to the runner"
    case .statementFailed(let file, let line, let column, let statement, let reason):
      "\(file):\(line):\(column) failed and was rolled back: \(reason.message) "
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
    case .squashGap(let id, let applied):
      "the file is at version \(applied), and of the migrations up to \(id) not all are there; "
        + "put them back until no file is below that point"
    case .alreadyApplied(let id):
      "\(id) is in the file already"
    case .notApplied(let id):
      "\(id) is not in the file"
    case .baselineRefused(let pack):
      "the file has migrations of \(pack) already; a baseline is for a file without any"
    case .notRepairable(let id, let reason):
      "\(id) needs no such repair: \(reason)"
    case .diskTooFull(let path, let needed, let free):
      "the snapshot before this run needs \(needed >> 20) MiB beside \(path), "
        + "\(free >> 20) MiB are free; make room, or switch snapshots off"
    case .snapshotMissing(let path):
      "there is no snapshot \(path)"
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
