/// The library's own form of file names: `v0003_customers.sql`, and `v0003_customers.down.sql` for
/// the down script.
package struct MigrationFileName: Sendable, Hashable {
  /// The version of the migration.
  package let version: MigrationVersion
  /// The name of the migration.
  package let name: String
  /// Whether the file applies or reverts the migration.
  package let direction: MigrationStep.Direction

  package init(version: MigrationVersion, name: String, direction: MigrationStep.Direction) {
    self.version = version
    self.name = name
    self.direction = direction
  }

  /// Parses a file name; nil for any other form.
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
    // `v0003_customers_down.sql` is a misspelled name of a down script.
    guard Self.isName(name), !["_up", "_down", "_rollback"].contains(where: name.hasSuffix)
    else { return nil }
    self.version = version
    self.name = name
    // Extra leading zeros would give the migration a second name.
    guard digits.count == 4 || digits.first != 0x30 else { return nil }
  }

  /// Whether `text` is a valid name of a migration or a pack.
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

  /// The file name that represents a migration without a file.
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
  /// The file name, with at least four digits.
  package var description: String {
    let digits = version.description
    let padding = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
    return "v\(padding)\(digits)_\(name)\(direction == .down ? ".down" : "").sql"
  }
}
