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
  private let zone: Zone

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - format: `iso` (RFC 3339, or a date with or without a time), `unix` (seconds since 1970), or
  ///     a Unicode date pattern such as `dd-MM-yyyy HH:mm`.
  ///   - zone: the zone of times without an offset.
  package init(format: String, zone: Zone = .utc) throws {
    self.zone = zone
    switch format {
    case "iso": way = .iso
    case "unix": way = .unix
    default:
      guard format.utf8.count <= 100, format.contains(where: { "yYdDHhms".contains($0) }) else {
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
  /// - Throws: ``LineProblem`` for another format, and for a time outside the years 1 to 9999.
  package func instant(_ text: String, column: String) throws(LineProblem) -> Timestamp {
    switch way {
    case .iso:
      if let instant = Timestamp(text) ?? LocalTime(text)?.instant(in: zone) { return instant }
      throw LineProblem(
        "'\(column)' is \(text.quoted), a time such as 2026-01-31T12:00:00Z was expected")
    case .unix:
      if let seconds = Int64(text), (-62_135_596_800..<253_402_300_800).contains(seconds) {
        return Timestamp(microseconds: seconds * 1_000_000)
      }
      throw LineProblem("'\(column)' is \(text.quoted), seconds since 1970 were expected")
    case .pattern(let formatter, let pattern):
      // The formatter traps on some texts in which a character has several scalars.
      guard text.utf8.allSatisfy({ $0 < 0x80 }), let date = formatter.date(from: text),
        let milliseconds = Int64(exactly: (date.timeIntervalSince1970 * 1000).rounded()),
        (-62_135_596_800_000..<253_402_300_800_000).contains(milliseconds)
      else {
        throw LineProblem("'\(column)' is \(text.quoted), a time such as \(pattern) was expected")
      }
      return Timestamp(microseconds: milliseconds * 1000)
    }
  }
}

/// A time without an offset, such as `2026-01-31`, `2026-01-31 12:00` or `2026-01-31T12:00:00.5`.
struct LocalTime: Hashable {
  private let date: CalendarDate
  private let microseconds: Int64

  init?(_ text: String) {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) {
      $0 == "T" || $0 == " "
    }
    guard let day = parts.first, let date = CalendarDate(String(day)) else { return nil }
    self.date = date
    guard parts.count == 2 else {
      microseconds = 0
      return
    }
    let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(clock.count), let hour = Self.number(clock[0], below: 24),
      let minute = Self.number(clock[1], below: 60)
    else { return nil }
    var seconds: Int64 = 0
    var fraction: Int64 = 0
    if clock.count == 3 {
      let parts = clock[2].split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count <= 2, let whole = Self.number(parts[0], below: 60) else { return nil }
      seconds = whole
      if parts.count == 2 {
        let digits = parts[1].prefix(6)
        guard !digits.isEmpty, parts[1].allSatisfy(\.isASCIIDigit), let value = Int64(digits) else {
          return nil
        }
        fraction = (digits.count..<6).reduce(value) { value, _ in value * 10 }
      }
    }
    microseconds = ((hour * 60 + minute) * 60 + seconds) * 1_000_000 + fraction
  }

  private static func number(_ text: Substring, below limit: Int64) -> Int64? {
    guard text.count == 2, text.allSatisfy(\.isASCIIDigit), let number = Int64(text) else {
      return nil
    }
    return number < limit ? number : nil
  }

  /// The instant in a zone; a time that the clocks skip goes forward by the gap, and of a time that
  /// they repeat it is the first.
  func instant(in zone: Zone) -> Timestamp {
    let local = date.startOfDayUTC + .microseconds(microseconds)
    let before = zone.secondsFromUTC(at: local - .days(1))
    let after = zone.secondsFromUTC(at: local + .days(1))
    for offset in [before, after] {
      let instant = local - .seconds(offset)
      if zone.secondsFromUTC(at: instant) == offset { return instant }
    }
    return local - .seconds(before)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

/// The offset from UTC at the end of a local time, such as `-0700` or `+05:30`.
package enum LocalOffset {
  /// The minutes east of UTC, or nil when the text ends in no offset.
  package static func minutes(in text: String) -> Int? {
    if text.hasSuffix("Z") { return 0 }
    let digits = text.suffix(6).filter { $0 != ":" }.suffix(5)
    guard digits.count == 5, let sign = digits.first, sign == "+" || sign == "-",
      let hours = Int(digits.dropFirst().prefix(2)), let minutes = Int(digits.suffix(2)),
      (0..<24).contains(hours), (0..<60).contains(minutes)
    else { return nil }
    return (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
  }
}
