extension MigrationError: CustomStringConvertible {
  /// What was rejected, why, and what to do, on one line.
  public var description: String {
    switch self {
    case .invalidName(let name):
      "\"\(name)\" cannot name a migration or a pack: "
        + "use lower-case letters, digits and underscores"
    case .invalidVersion(let id):
      "\(id.pack)/\(id.name) has the version \(id.version); versions start at 1"
    case .duplicatePack(let name):
      "two migration packs are named \(name); names must be unique"
    case .duplicateVersion(let pack, let version, let names):
      "version \(version) of \(pack) is defined twice (\(names.joined(separator: ", "))); "
        + "renumber the later one"
    case .unordered(let id, let previous):
      "\(id) is listed after version \(previous); list migrations in ascending order"
    case .folderMissing(let path, let reason):
      "the folder \(path) cannot be read: \(reason)"
    case .unreadableFile(let file, let reason):
      "\(file) cannot be read: \(reason)"
    case .unrecognizedFile(let file, let suggestion):
      "\(file) is not a valid migration name; "
        + (suggestion.map { "did you mean \($0)?" } ?? "rename it, or list it as ignored")
    case .duplicateFiles(let what, let files):
      "\(what) is defined more than once (\(files.joined(separator: ", "))); keep one"
        + (what.hasPrefix("version ") ? ", or read the folder in the order of its names" : "")
    case .ambiguousOrder(let first, let second):
      "the tool that wrote the folder compares names as text and runs \(second) before \(first); "
        + "choose the order by number or by name"
    case .ambiguousMarker(let file, let line, let text):
      "\(file):\(line) has the comment [\(text)], which may begin a down section or be a remark; "
        + "write -- migrate:down, or choose what such comments mean"
    case .several(let errors):
      "\(errors.count) files are wrong: " + errors.map(\.description).joined(separator: "; ")
    case .noMigrations:
      "there are no migrations to check; check the path of the folder"
    case .downWithoutUp(let file):
      "\(file) has no up file; add one, or remove the down file"
    case .folderChanged(let file, let reason):
      "\(file) \(reason); check recent merges, and write the list of digests again"
    case .emptyScript(let file):
      "\(file) contains no statements"
        + (file.contains("down") || file.contains("rollback")
          ? "; remove it if the migration is not reversible" : "")
    case .invalidText(let file, let line, let reason):
      "\(file):\(line) contains \(reason)"
    case .forbiddenStatement(let file, let line, let statement):
      "\(file):\(line) must not run [\(statement)]: "
        + "the runner controls the transaction and the connection's settings"
    case .statementFailed(let file, let line, let column, let statement, let reason):
      "\(file):\(line):\(column) failed and was rolled back: \(reason.message) "
        + "(code \(reason.code.rawValue)) [in: \(statement.singleLine(limit: 200))]"
        + ScriptHint.text(for: reason, in: statement)
    case .foreignKeysViolated(let file, let rows, let count):
      "\(file) was rolled back because it left \(count) row\(count == 1 ? "" : "s") without a parent: "
        + rows.map(\.description).joined(separator: "; ")
        + (count > rows.count ? "; and \(count - rows.count) more" : "")
    case .takesAlong(let id, let things):
      "\(id) was rolled back, as it would take along what another hand made: "
        + "\(things.joined(separator: ", ")); carry it over with rebuildTable, or drop it by name in SQL"
    case .edited(let id, let recorded, let found):
      "\(id) was edited after it ran (recorded checksum \(recorded.prefix(12)), "
        + "current checksum \(found.prefix(12))); restore it, and add a new migration instead"
    case .missing(let id):
      "\(id) was applied to this file but is missing from the program; restore it"
    case .newerThanLibrary(let pack, let fileVersion, let libraryVersion):
      "the file is newer than the program: \(pack) is at version \(fileVersion), "
        + "but the program has version \(libraryVersion); update the program"
    case .unknownPack(let name):
      "the file has migrations of the pack \(name), which this program does not have; "
        + "add the pack, or allow unknown packs"
    case .outOfOrder(let id, let applied):
      "\(id) has not run, but version \(applied) has; give it a higher version"
    case .squashGap(let id, let applied):
      "the file is at version \(applied), but some migrations up to \(id) are missing; "
        + "restore them until no file is below that version"
    case .alreadyApplied(let id):
      "\(id) is already applied"
    case .notApplied(let id):
      "\(id) is not applied"
    case .baselineRefused(let pack):
      "the file already has migrations of \(pack); a baseline requires a file without any"
    case .notRepairable(let id, let reason):
      "\(id) cannot be repaired this way: \(reason)"
    case .diskTooFull(let path, let needed, let free):
      "the snapshot of \(path) needs \(needed >> 20) MiB, "
        + "but only \(free >> 20) MiB are free; free disk space, or disable snapshots"
    case .snapshotMissing(let path):
      "the snapshot \(path) does not exist"
    case .snapshotOfAnotherFile(let path, let file):
      "\(path) is not a copy of \(file): they share no applied migration"
    case .recordedDownChanged(let id):
      "\(id) cannot be reverted: its recorded down script was changed in the database "
        + "and does not match its checksum; restore a backup instead"
    case .noDown(let id):
      "\(id) cannot be reverted: it was recorded without a down script; restore a backup instead"
    case .unknownVersion(let pack, let version):
      "\(pack) has no version \(version)"
    case .unknownAlgorithm(let id, let algorithm):
      "\(id) was recorded with the unknown checksum algorithm \(algorithm); "
        + "update the program"
    case .foreignLedger(let columns):
      "the file has tables schema_migrations and backoffice_migrations of other programs "
        + "(columns: \(columns.joined(separator: ", "))); use another file"
    case .otherTool(let ledger):
      "\(ledger.tool) has run \(ledger.isHeadOnly ? "the migrations up to " : "")"
        + "\(ledger.applied.last ?? ledger.unfinished.last ?? "migrations") "
        + "on this file (table \(ledger.table)); adopt its record, "
        + "or leave it to that tool and say so"
    case .notAdoptable(let reason):
      "the record of another tool cannot be adopted: \(reason)"
    case .pending(let ids):
      "\(ids.count) migration\(ids.count == 1 ? " has" : "s have") not run on this file, "
        + "first \(ids.first?.description ?? "none"); open it for writing to run them"
    case .insideTransaction:
      "migrations cannot run inside a transaction; end it first"
    }
  }
}
