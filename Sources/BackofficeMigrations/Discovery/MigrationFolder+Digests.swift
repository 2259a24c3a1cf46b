extension MigrationFolder {
  /// The name of the file that contains the digests of a folder's files.
  ///
  /// Each digest covers all previous files. Two branches that both add a migration therefore cause
  /// a merge conflict in this file, rather than a problem in a database. If the file exists, a
  /// folder that does not match it is rejected.
  public static let digestsFile = "migrations.sum"

  /// The digests of the current files.
  public var digests: String { MigrationDigests(migrations).text }

  /// Writes the digests to the folder; later reads of the folder verify them.
  ///
  /// - Throws: ``MigrationError/unreadableFile(file:reason:)`` if the file cannot be written.
  public func writeDigests() throws(MigrationError) {
    do {
      try FileSystem.write(digests, to: "\(path)/\(Self.digestsFile)")
    } catch {
      throw .unreadableFile(file: Self.digestsFile, reason: error.reason)
    }
  }
}

/// The chained digests of a folder, one line for each migration.
struct MigrationDigests {
  private let lines: [(file: String, digest: String)]

  init(_ migrations: [Migration]) {
    var chain = ""
    lines = migrations.map { migration in
      let down = migration.down.map { Migration.checksum(of: $0) } ?? ""
      chain = Migration.checksum(of: "\(chain)\n\(migration.file)\n\(migration.checksum)\n\(down)")
      return (migration.file, chain)
    }
  }

  var text: String { lines.map { "\($0.digest)  \($0.file)\n" }.joined() }

  /// Throws if the digests differ from a list, and names the first differing file.
  func check(_ list: String) throws(MigrationError) {
    let listed = list.split(separator: "\n").map { line in
      (digest: String(line.prefix(64)), file: String(line.dropFirst(66)))
    }
    for (line, wanted) in zip(lines, listed) where line.digest != wanted.digest {
      if line.file == wanted.file {
        throw .folderChanged(
          file: line.file, reason: "differs from its entry in the list of digests")
      }
      if listed.contains(where: { $0.file == line.file }) {
        throw .folderChanged(
          file: wanted.file, reason: "is in the list of digests, but does not exist")
      }
      throw .folderChanged(
        file: line.file, reason: "was inserted between files of the list of digests")
    }
    if lines.count > listed.count {
      throw .folderChanged(
        file: lines[listed.count].file, reason: "is not in the list of digests")
    }
    if listed.count > lines.count {
      throw .folderChanged(
        file: listed[lines.count].file, reason: "is in the list of digests, but does not exist")
    }
  }
}
