package import Backoffice
import Foundation

/// Parses the times of a file in a format.
package struct TimeReader {
  private enum Way {
    case iso
    case unix
    case pattern(DateFormatter, String)
  }

  private let way: Way

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - format: `iso` (RFC 3339), `unix` (seconds since 1970), or a Unicode date pattern such as
  ///     `dd-MM-yyyy HH:mm`.
  ///   - zone: the zone of the times; a pattern with an offset overrides it.
  package init(format: String, zone: Zone = .utc) throws {
    switch format {
    case "iso": way = .iso
    case "unix": way = .unix
    default:
      guard format.contains(where: { "yYdDHhms".contains($0) }) else {
        throw LineProblem("\(format.quoted) is neither a date pattern nor 'iso' or 'unix'")
      }
      let formatter = DateFormatter()
      formatter.locale = Locale(identifier: "en_US_POSIX")
      formatter.calendar = Calendar(identifier: .gregorian)
      formatter.timeZone = TimeZone(identifier: zone.identifier) ?? .gmt
      formatter.isLenient = false
      formatter.dateFormat = format
      way = .pattern(formatter, format)
    }
  }

  /// The instant of `text`.
  ///
  /// - Throws: ``LineProblem`` for another format.
  package func instant(_ text: String, column: String) throws(LineProblem) -> Timestamp {
    switch way {
    case .iso:
      if let instant = Timestamp(text) { return instant }
      throw LineProblem(
        "'\(column)' is \(text.quoted), a time such as 2026-01-31T12:00:00Z was expected")
    case .unix:
      if let seconds = Int64(text), abs(seconds) < 253_402_300_800 {
        return Timestamp(microseconds: seconds * 1_000_000)
      }
      throw LineProblem("'\(column)' is \(text.quoted), seconds since 1970 were expected")
    case .pattern(let formatter, let pattern):
      guard let date = formatter.date(from: text) else {
        throw LineProblem("'\(column)' is \(text.quoted), a time such as \(pattern) was expected")
      }
      return Timestamp(microseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()) * 1000)
    }
  }
}

/// The offset from UTC at the end of a local time, such as `-0700` or `+05:30`.
package enum LocalOffset {
  /// The minutes east of UTC, or nil when the text ends in no offset.
  package static func minutes(in text: String) -> Int? {
    if text.hasSuffix("Z") { return 0 }
    let digits = text.suffix(6).filter { $0 != ":" }.suffix(5)
    guard digits.count == 5, let sign = digits.first, sign == "+" || sign == "-",
      let hours = Int(digits.dropFirst().prefix(2)), let minutes = Int(digits.suffix(2)),
      hours < 24, minutes < 60
    else { return nil }
    return (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
  }
}
