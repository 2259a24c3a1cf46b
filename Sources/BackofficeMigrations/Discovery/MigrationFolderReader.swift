/// Reads the files of a folder and matches up and down files.
struct MigrationFolderReader {
  /// A file and its parsed name.
  private struct Entry {
    let file: String
    let form: MigrationFileForm
  }

  /// The identity of a migration, which its up and down files share.
  private struct Key: Hashable {
    let kind: Migration.Kind
    let version: MigrationVersion
    /// Only for repeatable migrations, which have no version.
    let name: String

    init(_ form: MigrationFileForm) {
      kind = form.kind
      version = form.version
      name = form.kind == .repeatable ? form.name : ""
    }
  }

  let path: String
  let options: MigrationFolder.Options

  mutating func read() throws(MigrationError) -> [Migration] {
    let entries = try self.entries()
    var ups: [Key: Entry] = [:]
    var downs: [Key: Entry] = [:]
    for entry in entries {
      let key = Key(entry.form)
      let isUp = entry.form.direction == .up
      let other = isUp ? ups.updateValue(entry, forKey: key) : downs.updateValue(entry, forKey: key)
      if let other {
        throw .duplicateFiles(
          what: Self.what(entry.form), files: [other.file, entry.file].sorted())
      }
    }
    for (key, down) in downs.sorted(by: { $0.value.file < $1.value.file }) {
      guard let up = ups[key], down.form.pairing == .version || up.form.name == down.form.name
      else { throw .downWithoutUp(file: down.file) }
    }
    var migrations: [Migration] = []
    migrations.reserveCapacity(ups.count)
    for (key, up) in ups { migrations.append(try migration(up, back: downs[key])) }
    migrations.sort(by: Self.precedes)
    try checkDigests(of: migrations)
    return migrations
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

  private static func what(_ form: MigrationFileForm) -> String {
    let direction = form.direction == .up ? "" : "the down script of "
    return switch form.kind {
    case .versioned: "\(direction)version \(form.version)"
    case .repeatable: "\(direction)the repeatable migration \(form.name)"
    case .squash: "\(direction)the squash point \(form.version)"
    }
  }

  /// The `.sql` files in the folder and its subfolders, one level deep.
  private func entries() throws(MigrationError) -> [Entry] {
    var entries: [Entry] = []
    for name in try names(in: path, shown: path) where !name.hasPrefix(".") {
      if name.hasSuffix(".sql") {
        if let entry = try entry(name) { entries.append(entry) }
      } else if name.lowercased().hasSuffix(".sql") {
        _ = try entry(name)
      } else if FileSystem.isFolder("\(path)/\(name)") {
        for inner in try names(in: "\(path)/\(name)", shown: name)
        where inner.lowercased().hasSuffix(".sql") && !inner.hasPrefix(".") {
          if let entry = try entry("\(name)/\(inner)") { entries.append(entry) }
        }
      }
    }
    return entries
  }

  private func entry(_ file: String) throws(MigrationError) -> Entry? {
    guard !options.ignored.contains(file) else { return nil }
    guard let form = MigrationFileForm(file) else {
      throw .unrecognizedFile(file: file, suggestion: MigrationFileForm.suggestion(for: file))
    }
    return Entry(file: file, form: form)
  }

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
    return Migration.normalized(bytes)
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
    if let section = RollbackSection(bytes) {
      if let back {
        throw .duplicateFiles(what: "the down script of \(up.file)", files: [up.file, back.file])
      }
      bytes = Migration.normalized(section.up)
      down = (Migration.normalized(section.down), up.file, section.downLine)
    } else if let back {
      down = (try self.bytes(of: back.file), back.file, 1)
    }
    let text = try text(bytes, of: up.file)
    var downText: String?
    if let down { downText = try self.text(down.text, of: down.file) }
    return Migration(
      version: up.form.version, name: up.form.name, kind: up.form.kind, up: text, down: downText,
      checksum: SHA256.hexDigest(of: bytes), file: up.file, downFile: down?.file,
      downLine: down?.line ?? 1, allowsOutOfOrder: Directive.allowsOutOfOrder(in: bytes))
  }
}

/// Comments in a file that set options of the runner.
enum Directive {
  private static let outOfOrder = Array("backoffice:out-of-order".utf8)

  /// Whether a comment at the start of the file is `-- backoffice:out-of-order`.
  static func allowsOutOfOrder(in bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    // Only comments and empty lines at the start are searched.
    while let first = rest.first {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let line = rest[..<end].drop { $0 == 0x20 || $0 == 0x09 }
      if line.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")]) {
        let words = line.dropFirst(2).split { $0 == 0x20 || $0 == 0x09 }
        if words.contains(where: { $0.elementsEqual(outOfOrder) }) { return true }
      } else if !line.isEmpty, first != UInt8(ascii: "\n") {
        return false
      }
      rest = rest[end...].dropFirst()
    }
    return false
  }
}
