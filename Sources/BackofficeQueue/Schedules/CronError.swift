/// What a cron expression is refused for, when it is defined.
public enum CronError: Error, Sendable, Hashable {
  /// An expression has five fields: minute, hour, day of the month, month, day of the week.
  case fieldCount(Int)
  /// A word that begins with `@` and is not a known alias.
  case unknownAlias(String)
  /// One element of a field.
  case invalidElement(String, of: Field, reason: String)
  /// No date has such a day, such as 30 February.
  case neverFires(String)
  /// This machine knows no zone of that name.
  case unknownZone(String)

  /// A field of an expression, in their order.
  public enum Field: String, Sendable, Hashable, CaseIterable {
    /// 0 to 59.
    case minute
    /// 0 to 23.
    case hour
    /// 1 to 31, or `L` for the last.
    case dayOfMonth = "day of month"
    /// 1 to 12, or a name.
    case month
    /// 0 to 7, both of which are Sunday, or a name.
    case dayOfWeek = "day of week"
  }
}

extension CronError: CustomStringConvertible {
  /// One line: what failed, what was expected, and what to do.
  public var description: String {
    switch self {
    case .fieldCount(let count):
      "a cron expression has five fields (minute, hour, day of month, month, day of week), not "
        + "\(count); for less than a minute use an interval"
    case .unknownAlias(let word):
      "\(word) is not a known alias; use @hourly, @daily, @weekly, @monthly, @yearly or five fields"
    case .invalidElement(let element, let field, let reason):
      "\"\(element)\" is not a valid \(field.rawValue): \(reason)"
    case .neverFires(let text): "\"\(text)\" never fires: no date has such a day"
    case .unknownZone(let name):
      "the time zone \"\(name)\" is not known on this machine; use a name such as Europe/Paris"
    }
  }
}
