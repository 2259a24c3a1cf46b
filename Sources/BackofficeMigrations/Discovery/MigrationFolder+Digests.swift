extension MigrationFolder {
  /// The file in which a folder keeps the digests of its files.
  ///
  /// Each digest covers all before it. Two branches that both add a migration therefore change the
  /// same lines, and meet as a conflict of the version control instead of in a database. Where the
  /// file exists, a folder that differs from it is refused.
  public static let digestsFile = "migrations.sum"

  /// The list of digests of the files as they are.
  public var digests: String { MigrationDigests(migrations).text }

  /// Writes the list of digests into the folder; from then on it is compared.
  ///
  /// - Throws: ``MigrationError/unreadableFile(file:reason:)`` when it cannot be written.
  public func writeDigests() throws(MigrationError) {
    do {
      try FileSystem.write(digests, to: "\(path)/\(Self.digestsFile)")
    } catch {
      throw .unreadableFile(file: Self.digestsFile, reason: error.reason)
    }
  }
}

/// The chained digests of a folder, a line a migration.
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

  /// Compares with a list, and names the first file that is not as it was.
  func check(_ list: String) throws(MigrationError) {
    let listed = list.split(separator: "\n").map { line in
      (digest: String(line.prefix(64)), file: String(line.dropFirst(66)))
    }
    for (line, wanted) in zip(lines, listed) where line.digest != wanted.digest {
      if line.file == wanted.file {
        throw .folderChanged(file: line.file, reason: "differs from the list of digests")
      }
      if listed.contains(where: { $0.file == line.file }) {
        throw .folderChanged(file: wanted.file, reason: "is in the list of digests, and not here")
      }
      throw .folderChanged(file: line.file, reason: "came in between files of the list of digests")
    }
    if lines.count > listed.count {
      throw .folderChanged(
        file: lines[listed.count].file, reason: "is not in the list of digests")
    }
    if listed.count > lines.count {
      throw .folderChanged(
        file: listed[lines.count].file, reason: "is in the list of digests, and not here")
    }
  }
}
