/// The parts of a migration's file name, in any of the supported forms.
struct MigrationFileForm: Equatable {
  /// How a down file is matched with its up file.
  enum Pairing: Equatable {
    /// By version and name.
    case name
    /// By version alone, because the form allows any name for down files.
    case version
  }

  var kind: Migration.Kind = .versioned
  var version: MigrationVersion = .zero
  var name: String
  var direction: MigrationStep.Direction = .up
  var pairing: Pairing = .name
  /// The database that the file is for; nil if it is for any.
  var dialect: FileDialect?
  /// The name of the file without its direction, database and extension.
  var stem = ""
  /// The digits of the version as tools that compare text read them.
  var number = ""

  /// Parses the name of a file, or `folder/up.sql`; nil for other forms.
  init?(_ file: String) {
    if let name = MigrationFileName(file) {
      self.init(version: name.version, name: name.name, direction: name.direction)
      stem = String(file.dropLast(name.direction == .up ? 4 : 9))
      number = String(stem.dropFirst().prefix { $0 != "_" })
      return
    }
    guard file.hasSuffix(".sql") else { return nil }
    let text = file.dropLast(4)
    guard let read = Self.folder(text) ?? Self.file(text) else { return nil }
    self = read
  }

  /// Parses `001_name_up.sql` where there is a `001_name_down.sql`, and the other way round.
  ///
  /// Without the other file, it is probably a misspelled name.
  init?(_ file: String, pairedIn files: Set<String>) {
    for (ending, other) in [("_up.sql", "_down.sql"), ("_down.sql", "_up.sql")]
    where file.hasSuffix(ending) {
      let stem = file.dropLast(ending.count)
      guard files.contains(stem + other) else { return nil }
      self.init("\(stem).\(ending.dropFirst())")
      return
    }
    return nil
  }

  private init(
    kind: Migration.Kind = .versioned, version: MigrationVersion, name: some StringProtocol,
    direction: MigrationStep.Direction = .up, pairing: Pairing = .name, stem: Substring = ""
  ) {
    self.kind = kind
    self.version = version
    self.name = String(name)
    self.direction = direction
    self.pairing = pairing
    self.stem = String(stem)
  }

  /// `20250821093000_name/up`, `2025-08-21-093000_name/down`, `20250821093000_name/migration`.
  private static func folder(_ text: Substring) -> MigrationFileForm? {
    guard let slash = text.firstIndex(of: "/") else { return nil }
    let direction: MigrationStep.Direction
    switch text[slash...].dropFirst() {
    case "up", "migration": direction = .up
    case "down": direction = .down
    default: return nil
    }
    let folder = text[..<slash]
    let written = folder.prefix { $0 != "_" }
    let number = String(written.filter { $0 != "-" })
    guard written.utf8.first != UInt8(ascii: "-"), written.utf8.last != UInt8(ascii: "-"),
      let name = Self.name(after: written, in: folder),
      // A date without a time precedes every time of its day, as in a comparison of texts.
      let version = MigrationVersion(
        written.contains("-") && number.utf8.count == 8 ? number + "000000" : number)
    else { return nil }
    var form = MigrationFileForm(version: version, name: name, direction: direction, stem: folder)
    form.number = number
    return form
  }

  /// A file, whose database and direction may follow its name.
  private static func file(_ text: Substring) -> MigrationFileForm? {
    guard !text.contains("/") else { return nil }
    var rest = text
    var direction: MigrationStep.Direction?
    // Some files are named `001_name.up..sql`.
    let trimmed = rest.dropLast(rest.reversed().prefix { $0 == "." }.count)
    for (ending, meaning) in [(".up", MigrationStep.Direction.up), (".down", .down)]
    where trimmed.hasSuffix(ending) {
      direction = meaning
      rest = trimmed.dropLast(ending.count)
      while rest.last == "." { rest.removeLast() }
    }
    var dialect: FileDialect?
    if let dot = rest.lastIndex(of: "."), let found = FileDialect(rest[dot...].dropFirst()) {
      dialect = found
      rest = rest[..<dot]
    }
    var form = prefixed(rest, direction) ?? rollback(rest, direction) ?? numbered(rest, direction)
    form?.dialect = dialect
    return form
  }

  /// `V1__name`, `V1.2__name`, `V1_2__name`, `U1__name`, `B1__name`, `R__name`, `V0001.Name`.
  private static func prefixed(
    _ stem: Substring, _ direction: MigrationStep.Direction?
  ) -> MigrationFileForm? {
    guard let letter = stem.first, "VUBR".contains(letter) else { return nil }
    guard let separator = stem.firstRange(ofPair: "_") else { return dotted(stem, direction) }
    let number = stem[..<separator.lowerBound].dropFirst()
    let name = stem[separator.upperBound...]
    guard !name.isEmpty, isUsable(name) else { return nil }
    if letter == "R" {
      guard number.isEmpty else { return nil }
      return MigrationFileForm(
        kind: .repeatable, version: .zero, name: name, direction: direction ?? .up, stem: stem)
    }
    guard let version = MigrationVersion(String(number.map { $0 == "_" ? "." : $0 })) else {
      return nil
    }
    var form: MigrationFileForm
    switch letter {
    case "U":
      guard direction == nil else { return nil }
      form = MigrationFileForm(version: version, name: name, direction: .down, pairing: .version)
    case "B":
      form = MigrationFileForm(
        kind: .squash, version: version, name: name, direction: direction ?? .up)
    default:
      form = MigrationFileForm(version: version, name: name, direction: direction ?? .up)
    }
    form.stem = String(stem)
    form.number = String(number)
    return form
  }

  /// `V0001.Name`.
  private static func dotted(
    _ stem: Substring, _ direction: MigrationStep.Direction?
  ) -> MigrationFileForm? {
    let number = stem.dropFirst().prefix { $0 != "." }
    let name = stem[number.endIndex...].dropFirst()
    guard stem.first == "V", let version = MigrationVersion(String(number)),
      name.first?.isLetter == true, !name.contains("."), isUsable(name)
    else { return nil }
    var form = MigrationFileForm(
      version: version, name: name, direction: direction ?? .up, stem: stem)
    form.number = String(number)
    return form
  }

  /// `rollback_001_name`.
  private static func rollback(
    _ stem: Substring, _ direction: MigrationStep.Direction?
  ) -> MigrationFileForm? {
    guard direction == nil, stem.hasPrefix("rollback_"),
      var form = numbered(stem.dropFirst(9), nil), form.direction == .up
    else { return nil }
    form.direction = .down
    form.pairing = .version
    return form
  }

  /// `001_name`, `001_name.up`, `001_name_rollback`, `001`, `20250821_001_name`,
  /// `2014_10_12_000000_name`.
  private static func numbered(
    _ text: Substring, _ marked: MigrationStep.Direction?
  ) -> MigrationFileForm? {
    var stem = text
    var direction = marked ?? .up
    if marked == nil, stem.hasSuffix("_rollback") {
      direction = .down
      stem = stem.dropLast(9)
    }
    var number = stem.prefix { $0 != "_" }
    guard !number.contains("."), var version = MigrationVersion(String(number)) else { return nil }
    var digits = String(number)
    if let moment = moment(at: stem) {
      number = moment
      digits = moment.filter { $0 != "_" }
      version = MigrationVersion(digits) ?? version
    }
    var name: Substring = ""
    if number.endIndex < stem.endIndex {
      guard let found = Self.name(after: number, in: stem) else { return nil }
      name = found
    }
    // A date, followed by the number of the migration on that date.
    if number.utf8.count == 8, let day = Int(number), (19_000_101...29_991_231).contains(day) {
      let second = name.prefix { $0 != "_" }
      if let rest = Self.name(after: second, in: name),
        let both = MigrationVersion("\(number).\(second)")
      {
        version = both
        name = rest
      }
    }
    // `001_name_up.sql` is probably a misspelled name.
    guard marked != nil || !["_up", "_down"].contains(where: name.hasSuffix) else { return nil }
    var form = MigrationFileForm(version: version, name: name, direction: direction, stem: stem)
    form.number = digits
    return form
  }

  /// `2014_10_12_000000` at the start of a name.
  private static func moment(at stem: Substring) -> Substring? {
    let parts = stem.split(separator: "_", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0...3].map(\.utf8.count) == [4, 2, 2, 6],
      parts[0...3].allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    return stem[..<parts[3].endIndex]
  }

  /// The name after a number and an underscore.
  private static func name(after number: Substring, in text: Substring) -> Substring? {
    let rest = text[number.endIndex...]
    guard rest.first == "_", rest.count > 1, isUsable(rest.dropFirst()) else { return nil }
    return rest.dropFirst()
  }

  /// Whether `name` has no control characters, and does not end in a word that may have a meaning,
  /// such as `.rollback` or a database.
  private static func isUsable(_ name: Substring) -> Bool {
    guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x2f && $0 != 0x7f }) else { return false }
    guard let dot = name.lastIndex(of: ".") else { return true }
    let last = name[dot...].dropFirst()
    return last.isEmpty || last.first?.isLetter == false || last.contains { "_- ".contains($0) }
  }
}

extension MigrationFileForm {
  private static let languages = [
    "go", "js", "cjs", "mjs", "ts", "py", "rb", "php", "java", "kt", "cs", "rs", "ex", "exs", "sh",
    "swift",
  ]

  /// Whether a file has the name of a migration, but is a program.
  static func isProgram(_ file: String) -> Bool {
    guard let dot = file.lastIndex(of: "."), languages.contains(String(file[dot...].dropFirst()))
    else { return false }
    return MigrationFileForm(file[..<dot] + ".sql") != nil
  }
}

extension Substring {
  /// The range of the first doubled `character`.
  fileprivate func firstRange(ofPair character: Character) -> Range<Index>? {
    var index = startIndex
    while let found = self[index...].firstIndex(of: character) {
      let next = self.index(after: found)
      guard next < endIndex else { return nil }
      if self[next] == character { return found..<self.index(after: next) }
      index = next
    }
    return nil
  }
}
