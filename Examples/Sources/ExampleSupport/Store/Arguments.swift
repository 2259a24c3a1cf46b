import ArgumentParser
package import Backoffice

/// Parsers of arguments, each with its bounds: what a program accepts never reaches an overflow.
package enum Arguments {
  /// The longest time that an option accepts, in seconds: ten years.
  package static let longestTime = 315_360_000
  /// The most bytes of a name.
  package static let longestName = 256

  /// A whole number in a range.
  package static func number(
    _ range: ClosedRange<Int>
  ) -> @Sendable (String) throws -> Int {
    { text in
      guard let number = Int(text), range.contains(number) else {
        throw ValidationError(
          "it must be a whole number from \(Human.grouped(range.lowerBound)) to "
            + Human.grouped(range.upperBound))
      }
      return number
    }
  }

  /// Seconds with decimals, in a range.
  package static func seconds(
    _ range: ClosedRange<Double>
  ) -> @Sendable (String) throws -> Double {
    { text in
      guard let number = Double(text), range.contains(number) else {
        throw ValidationError(
          "it must be a number of seconds from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }

  /// A name: not empty, of bounded size.
  package static func name(_ text: String) throws -> String {
    guard !text.isEmpty, text.utf8.count <= longestName else {
      throw ValidationError("it must have 1 to \(Human.grouped(longestName)) bytes")
    }
    return text
  }

  /// A sentence of bounded size.
  package static func reason(_ text: String) throws -> String {
    guard text.utf8.count <= 2000 else {
      throw ValidationError("it must have at most 2,000 bytes")
    }
    return text
  }

  /// A time zone by its name.
  package static func zone(_ text: String) throws -> Zone {
    guard text.utf8.count <= 100, let zone = Zone(text) else {
      throw ValidationError(
        "\(text.quoted) is not a known time zone; use a name such as Europe/Paris")
    }
    return zone
  }

  /// One character between fields; `tab` for a tab.
  package static func delimiter(_ text: String) throws -> Character {
    if text == "tab" || text == "\\t" { return "\t" }
    guard let character = text.first, text.count == 1, character.isASCII,
      !character.isNewline, character != "\"", character.asciiValue ?? 0 >= 0x20
    else {
      throw ValidationError("a delimiter must be one ASCII character or 'tab'")
    }
    return character
  }
}
