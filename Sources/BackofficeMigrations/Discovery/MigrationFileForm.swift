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

  /// Parses the name of a file, or `folder/up.sql`; nil for other forms.
  init?(_ file: String) {
    if let name = MigrationFileName(file) {
      self.init(version: name.version, name: name.name, direction: name.direction)
      return
    }
    guard file.hasSuffix(".sql") else { return nil }
    let stem = file.dropLast(4)
    let read =
      Self.folder(stem) ?? Self.prefixed(stem) ?? Self.rollback(stem) ?? Self.numbered(stem)
    guard let read else { return nil }
    self = read
  }

  private init(
    kind: Migration.Kind = .versioned, version: MigrationVersion, name: some StringProtocol,
    direction: MigrationStep.Direction = .up, pairing: Pairing = .name
  ) {
    self.kind = kind
    self.version = version
    self.name = String(name)
    self.direction = direction
    self.pairing = pairing
  }

  /// `20250821093000_name/up`, `2025-08-21-093000_name/down`, `20250821093000_name/migration`.
  private static func folder(_ stem: Substring) -> MigrationFileForm? {
    guard let slash = stem.firstIndex(of: "/") else { return nil }
    let direction: MigrationStep.Direction
    switch stem[slash...].dropFirst() {
    case "up", "migration": direction = .up
    case "down": direction = .down
    default: return nil
    }
    let folder = stem[..<slash]
    let number = folder.prefix { $0 != "_" }
    guard number.utf8.first != UInt8(ascii: "-"), number.utf8.last != UInt8(ascii: "-"),
      let version = MigrationVersion(String(number.filter { $0 != "-" })),
      let name = Self.name(after: number, in: folder)
    else { return nil }
    return MigrationFileForm(version: version, name: name, direction: direction)
  }

  /// `V1__name`, `V1.2__name`, `V1_2__name`, `U1__name`, `B1__name`, `R__name`.
  private static func prefixed(_ stem: Substring) -> MigrationFileForm? {
    guard let letter = stem.first, "VUBR".contains(letter),
      let separator = stem.firstRange(ofPair: "_")
    else { return nil }
    let isDown = stem.hasSuffix(".down")
    let number = stem[..<separator.lowerBound].dropFirst()
    let name = isDown ? stem[separator.upperBound...].dropLast(5) : stem[separator.upperBound...]
    guard isUsable(name) else { return nil }
    if letter == "R" {
      guard number.isEmpty else { return nil }
      return MigrationFileForm(
        kind: .repeatable, version: .zero, name: name, direction: isDown ? .down : .up)
    }
    guard let version = MigrationVersion(String(number.map { $0 == "_" ? "." : $0 })) else {
      return nil
    }
    switch letter {
    case "U":
      return isDown
        ? nil
        : MigrationFileForm(version: version, name: name, direction: .down, pairing: .version)
    case "B":
      return MigrationFileForm(
        kind: .squash, version: version, name: name, direction: isDown ? .down : .up)
    default:
      return MigrationFileForm(version: version, name: name, direction: isDown ? .down : .up)
    }
  }

  /// `rollback_001_name`.
  private static func rollback(_ stem: Substring) -> MigrationFileForm? {
    guard stem.hasPrefix("rollback_"), let form = numbered(stem.dropFirst(9)),
      form.direction == .up
    else { return nil }
    return MigrationFileForm(
      version: form.version, name: form.name, direction: .down, pairing: .version)
  }

  /// `001_name`, `001_name.up`, `001_name.down`, `001_name_rollback`, `20250821_001_name`.
  private static func numbered(_ stem: Substring) -> MigrationFileForm? {
    var stem = stem
    var direction = MigrationStep.Direction.up
    let isMarked = stem.hasSuffix(".up") || stem.hasSuffix(".down")
    if stem.hasSuffix(".up") {
      stem = stem.dropLast(3)
    } else if stem.hasSuffix(".down") {
      direction = .down
      stem = stem.dropLast(5)
    } else if stem.hasSuffix("_rollback") {
      direction = .down
      stem = stem.dropLast(9)
    }
    let number = stem.prefix { $0 != "_" }
    guard var version = MigrationVersion(String(number)), !number.contains("."),
      var name = Self.name(after: number, in: stem)
    else { return nil }
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
    guard isMarked || !["_up", "_down"].contains(where: name.hasSuffix) else { return nil }
    return MigrationFileForm(version: version, name: name, direction: direction)
  }

  /// The name after a number and an underscore.
  private static func name(after number: Substring, in text: Substring) -> Substring? {
    let rest = text[number.endIndex...]
    guard rest.first == "_", isUsable(rest.dropFirst()) else { return nil }
    return rest.dropFirst()
  }

  /// A name must not contain dots, which have a meaning in other forms.
  private static func isUsable(_ name: Substring) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x2e && $0 != 0x2f && $0 != 0x7f }
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
