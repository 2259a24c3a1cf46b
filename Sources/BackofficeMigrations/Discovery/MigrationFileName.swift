/// The library's own form of a migration's file name: `v0003_customers.sql`, and
/// `v0003_customers.down.sql` for the way back.
package struct MigrationFileName: Sendable, Hashable {
  /// The migration's number.
  package let version: MigrationVersion
  /// What the migration is about.
  package let name: String
  /// Whether the file brings the migration in or takes it out.
  package let direction: MigrationStep.Direction

  package init(version: MigrationVersion, name: String, direction: MigrationStep.Direction) {
    self.version = version
    self.name = name
    self.direction = direction
  }

  /// Reads a file's name; nil for every other form.
  package init?(_ text: String) {
    guard text.utf8.first == UInt8(ascii: "v"), text.hasSuffix(".sql") else { return nil }
    var rest = text.utf8.dropFirst().dropLast(4)
    direction = text.hasSuffix(".down.sql") ? .down : .up
    if direction == .down { rest = rest.dropLast(5) }
    let digits = rest.prefix { $0 != UInt8(ascii: "_") }
    guard digits.count >= 4, digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let version = MigrationVersion(String(Substring(digits))), version > .zero
    else { return nil }
    let name = String(Substring(rest.dropFirst(digits.count + 1)))
    // `v0003_customers_down.sql` is a misnamed way back, not a migration to run.
    guard Self.isName(name), !["_up", "_down", "_rollback"].contains(where: name.hasSuffix)
    else { return nil }
    self.version = version
    self.name = name
    // Five digits for a number of four would be a second name of the same migration.
    guard digits.count == 4 || digits.first != 0x30 else { return nil }
  }

  /// Whether `text` can name a migration or a pack.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// The name that a migration without a file is shown by.
  static func canonical(
    _ kind: Migration.Kind, _ version: MigrationVersion, _ name: String,
    _ direction: MigrationStep.Direction
  ) -> String {
    let ending = direction == .down ? ".down.sql" : ".sql"
    return switch kind {
    case .versioned:
      MigrationFileName(version: version, name: name, direction: direction).description
    case .repeatable: "R__\(name)\(ending)"
    case .squash: "B\(version)__\(name)\(ending)"
    }
  }
}

extension MigrationFileName: CustomStringConvertible {
  /// The name, with at least four digits.
  package var description: String {
    let digits = version.description
    let padding = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
    return "v\(padding)\(digits)_\(name)\(direction == .down ? ".down" : "").sql"
  }
}
