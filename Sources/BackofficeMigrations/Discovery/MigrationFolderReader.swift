/// Reads the files of a folder and matches up and down files.
struct MigrationFolderReader {
  /// A file and its parsed name.
  struct Entry {
    let file: String
    let form: MigrationFileForm
    let version: MigrationVersion
  }

  /// The identity of a migration, which its up and down files share.
  struct Key: Hashable {
    let kind: Migration.Kind
    let version: MigrationVersion
    /// Only for repeatable migrations, which have no version.
    let name: String

    init(_ entry: Entry) {
      kind = entry.form.kind
      version = entry.version
      name = entry.form.kind == .repeatable ? entry.form.name : ""
    }
  }

  let path: String
  let options: MigrationFolder.Options
  private(set) var skipped: [MigrationFolder.SkippedFile] = []
  /// What is wrong with the folder; all of it is reported at once.
  private var problems: [MigrationError] = []

  init(path: String, options: MigrationFolder.Options) {
    self.path = path
    self.options = options
  }

  mutating func read() throws(MigrationError) -> [Migration] {
    let files = try files()
    let names = Set(files)
    let entries = withoutOverridden(files.compactMap { entry($0, among: names) })
    var ups: [Key: Entry] = [:]
    var downs: [Key: [Entry]] = [:]
    var duplicates: Set<Key> = []
    for group in Dictionary(grouping: entries.filter { $0.form.direction == .up }, by: Key.init)
      .values
    {
      guard let first = group.first else { continue }
      ups[Key(first)] = first
      guard group.count > 1 else { continue }
      problems.append(duplicate(group))
      duplicates.insert(Key(first))
    }
    for entry in entries where entry.form.direction == .down {
      // The down scripts of duplicates are no errors of their own.
      if duplicates.contains(Key(entry)) { continue }
      guard let key = key(ofUp: entry, ups) else {
        problems.append(.downWithoutUp(file: entry.file))
        continue
      }
      downs[key, default: []].append(entry)
    }
    for group in downs.values where group.count > 1 { problems.append(duplicate(group)) }
    var migrations: [Migration] = []
    migrations.reserveCapacity(ups.count)
    for (key, up) in ups {
      do {
        migrations.append(try migration(up, back: downs[key]?.first))
      } catch {
        problems.append(error)
      }
    }
    try throwProblems()
    migrations.sort(by: Self.precedes)
    try checkOrder(of: migrations)
    try checkDigests(of: migrations)
    return migrations
  }

  private func throwProblems() throws(MigrationError) {
    guard let first = problems.first else { return }
    guard problems.count > 1 else { throw first }
    throw .several(problems.sorted { $0.description < $1.description })
  }

  /// Verifies the list of digests, if the folder has one.
  private func checkDigests(of migrations: [Migration]) throws(MigrationError) {
    let list = "\(path)/\(MigrationFolder.digestsFile)"
    guard FileSystem.exists(list) else { return }
    let bytes = try bytes(of: MigrationFolder.digestsFile)
    try MigrationDigests(migrations).check(text(bytes, of: MigrationFolder.digestsFile))
  }

  /// Repeatable migrations come last, and a squash point after the migration with the same version.
  private static func precedes(_ left: Migration, _ right: Migration) -> Bool {
    let isLeftLast = left.kind == .repeatable
    guard isLeftLast == (right.kind == .repeatable) else { return !isLeftLast }
    if left.version != right.version { return left.version < right.version }
    if left.kind != right.kind { return left.kind == .versioned }
    return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
  }

  /// Throws if the tool that wrote the folder would run its files in another order.
  private func checkOrder(of migrations: [Migration]) throws(MigrationError) {
    guard options.order == .automatic else { return }
    let versioned = migrations.filter { $0.kind == .versioned }
    for (first, second) in zip(versioned, versioned.dropFirst())
    where first.isOrderedByText && second.isOrderedByText {
      guard let left = MigrationFileForm(first.file), let right = MigrationFileForm(second.file)
      else { continue }
      guard left.number.utf8.lexicographicallyPrecedes(right.number.utf8) else {
        throw .ambiguousOrder(first: first.file, second: second.file)
      }
    }
  }

  // MARK: Names

  /// The files of the folder and its subfolders.
  private mutating func files() throws(MigrationError) -> [String] {
    var files: [String] = []
    var folders = [""]
    while let folder = folders.popLast() {
      let shown = folder.isEmpty ? path : String(folder.dropLast())
      for name in try names(in: folder.isEmpty ? path : "\(path)/\(shown)", shown: shown)
      where !name.hasPrefix(".") {
        let file = folder + name
        let isFolder = FileSystem.isFolder("\(path)/\(file)")
        if options.ignored.contains(where: { FilePattern($0).matches(file) }) {
          skip(isFolder ? file + "/" : file, "it is ignored")
        } else if !isFolder {
          files.append(file)
        } else if folder.utf8.count(where: { $0 == UInt8(ascii: "/") }) < 8 {
          // A link may lead back to the folder.
          folders.append(file + "/")
        }
      }
    }
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private mutating func skip(_ file: String, _ reason: String) {
    skipped.append(MigrationFolder.SkippedFile(file: file, reason: reason))
  }

  private mutating func entry(_ file: String, among files: Set<String>) -> Entry? {
    guard file.lowercased().hasSuffix(".sql") else {
      if MigrationFileForm.isProgram(file) { skip(file, "it is not SQL") }
      return nil
    }
    guard let form = MigrationFileForm(file) ?? MigrationFileForm(file, pairedIn: files) else {
      problems.append(
        .unrecognizedFile(file: file, suggestion: MigrationFileForm.suggestion(for: file)))
      return nil
    }
    if case .other(let database) = form.dialect {
      skip(file, "it is for \(database)")
      return nil
    }
    let isNamed = options.order == .name && form.kind == .versioned
    return Entry(
      file: file, form: form,
      version: isNamed ? MigrationVersion(named: form.stem) : form.version)
  }

  /// Leaves out files for any database where there is one for SQLite.
  private mutating func withoutOverridden(_ entries: [Entry]) -> [Entry] {
    struct Place: Hashable {
      let key: Key
      let isUp: Bool
      init(_ entry: Entry) {
        key = Key(entry)
        isUp = entry.form.direction == .up
      }
    }
    let special = Dictionary(
      entries.filter { $0.form.dialect == .sqlite }.map { (Place($0), $0.file) },
      uniquingKeysWith: { first, _ in first })
    return entries.filter { entry in
      guard entry.form.dialect == nil, let file = special[Place(entry)] else { return true }
      skip(entry.file, "\(file) is for SQLite")
      return false
    }
  }

  /// Returns the migration that a down file reverts, or nil.
  private func key(ofUp down: Entry, _ ups: [Key: Entry]) -> Key? {
    let key = Key(down)
    if let up = ups[key] {
      return down.form.pairing == .version || up.form.name == down.form.name ? key : nil
    }
    guard options.order == .name, down.form.pairing == .version else { return nil }
    let same = ups.filter {
      $0.key.kind == .versioned && $0.value.form.version == down.form.version
    }
    return same.count == 1 ? same.first?.key : nil
  }

  private func duplicate(_ entries: [Entry]) -> MigrationError {
    let form = entries[0].form
    let direction = form.direction == .up ? "" : "the down script of "
    let what =
      switch form.kind {
      case .versioned: "version \(form.version)"
      case .repeatable: "the repeatable migration \(form.name)"
      case .squash: "the squash point \(form.version)"
      }
    return .duplicateFiles(what: direction + what, files: entries.map(\.file).sorted())
  }

  // MARK: Content

  private func names(in path: String, shown: String) throws(MigrationError) -> [String] {
    do {
      return try FileSystem.names(in: path)
    } catch {
      throw .folderMissing(path: shown, reason: error.reason)
    }
  }

  private func bytes(of file: String) throws(MigrationError) -> [UInt8] {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read("\(path)/\(file)")
    } catch {
      throw .unreadableFile(file: file, reason: error.reason)
    }
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw .unreadableFile(file: file, reason: "it is UTF-16; save it as UTF-8")
    }
    return Migration.runnable(bytes)
  }

  private func text(_ bytes: [UInt8], of file: String) throws(MigrationError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadableFile(file: file, reason: "it is not UTF-8; save it as UTF-8")
    }
    return text
  }

  private func migration(_ up: Entry, back: Entry?) throws(MigrationError) -> Migration {
    var bytes = try bytes(of: up.file)
    var down: (text: [UInt8], file: String, line: Int)?
    let sections = try ScriptSections(bytes, file: up.file, bareMarkers: options.bareMarkers)
    if let section = sections.down {
      if let back {
        throw .duplicateFiles(what: "the down script of \(up.file)", files: [up.file, back.file])
      }
      bytes = Migration.runnable(sections.up)
      down = (Migration.runnable(section), up.file, sections.downLine)
    } else if let back {
      down = (try self.bytes(of: back.file), back.file, 1)
    }
    let text = try text(bytes, of: up.file)
    var downText: String?
    if let down { downText = try self.text(down.text, of: down.file) }
    var migration = Migration(
      version: up.version, name: up.form.name, kind: up.form.kind, up: text, down: downText,
      checksum: SHA256.hexDigest(of: Migration.normalized(bytes)), file: up.file,
      downFile: down?.file, downLine: down?.line ?? 1,
      allowsOutOfOrder: Directive.allowsOutOfOrder(in: bytes))
    migration.isOrderedByText = up.file.contains("/") || sections.isOrderedByText
    return migration
  }
}
