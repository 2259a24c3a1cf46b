/// The one form that the name of a migration's file has: `v0003_customers.sql`, and
/// `v0003_customers.down.sql` for the way back.
package struct MigrationFileName: Sendable, Hashable {
  /// The step's number.
  package let version: Int
  /// What the step is about.
  package let name: String
  /// Whether the file brings the step in or takes it out.
  package let direction: MigrationStep.Direction

  init(version: Int, name: String, direction: MigrationStep.Direction) {
    self.version = version
    self.name = name
    self.direction = direction
  }

  /// Reads a file's name; nil for every other form.
  package init?(_ text: String) {
    var rest = Substring(text)
    guard rest.hasSuffix(".sql"), rest.first == "v" else { return nil }
    rest = rest.dropFirst().dropLast(4)
    direction = rest.hasSuffix(".down") ? .down : .up
    if direction == .down { rest = rest.dropLast(5) }
    let digits = rest.prefix { $0 != "_" }
    guard digits.utf8.count >= 4, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let version = Int(digits), version > 0
    else { return nil }
    let name = String(rest.dropFirst(digits.count + 1))
    // `v0003_customers_down.sql` is a way back that somebody misnamed, not a step to run.
    guard Self.isName(name), !["_up", "_down", "_rollback"].contains(where: name.hasSuffix)
    else { return nil }
    self.version = version
    self.name = name
    // Five digits for a number of four would be a second name of the same step.
    guard description == text else { return nil }
  }

  /// Whether `text` can name a step or a pack.
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
}

extension MigrationFileName: CustomStringConvertible {
  /// The name, with at least four digits.
  package var description: String {
    let digits = String(version)
    let padding = String(repeating: "0", count: max(0, 4 - digits.count))
    return "v\(padding)\(digits)_\(name)\(direction == .down ? ".down" : "").sql"
  }
}
