extension CronExpression {
  /// The first time of the expression after an instant, by the clocks of a zone.
  ///
  /// - Parameters:
  ///   - instant: an instant, which is not itself the answer.
  ///   - zone: whose clocks count.
  /// - Returns: the time, a whole minute on those clocks unless they skipped it; nil when the
  ///   calendar of `Timestamp` ends before.
  /// - Complexity: a step for each month and each day of a fitting month between the two.
  public func next(after instant: Timestamp, in zone: Zone) -> Timestamp? {
    let second = Self.wholeSeconds(instant)
    return isEveryHour ? realTime(after: second, zone) : wallTime(after: second, zone)
  }

  private static func wholeSeconds(_ instant: Timestamp) -> Int {
    let (seconds, rest) = instant.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return Int(rest < 0 ? seconds - 1 : seconds)
  }

  private static func timestamp(_ second: Int) -> Timestamp? {
    let result = Timestamp(microseconds: Int64(second) * 1_000_000)
    return wholeSeconds(result) == second ? result : nil
  }

  /// Each local time runs when clocks first reach or pass it.
  private func wallTime(after second: Int, _ zone: Zone) -> Timestamp? {
    let shown = zone.latestLocalSecond(until: second)
    let start = shown.floored(by: 60) + 1
    var day = start.floored(by: 1440)
    var minute = start - day * 1440
    while let found = nextDay(from: day, within: 400) {
      if found > day { minute = 0 }
      if let time = nextMinute(from: minute) {
        return Self.timestamp(zone.firstSecond(showing: (found * 1440 + time) * 60))
      }
      day = found + 1
      minute = 0
    }
    return nil
  }

  /// Each instant at which clocks show a fitting date and minute.
  private func realTime(after second: Int, _ zone: Zone) -> Timestamp? {
    var local = second + zone.offset(at: second)
    var second = second + 60 - (local - local.floored(by: 60) * 60)
    while true {
      local = second + zone.offset(at: second)
      let day = local.floored(by: 86_400)
      guard let found = nextDay(from: day, within: 400) else { return nil }
      if found > day {
        // Where clocks went back over midnight, the next day may have begun before.
        second = max(zone.firstSecond(showing: found * 86_400), second + 60)
        continue
      }
      let minute = local.floored(by: 60) - local.floored(by: 3600) * 60
      let rest = minutes >> UInt64(minute)
      if rest & 1 == 1 { return Self.timestamp(second) }
      let wait = 60 * (rest != 0 ? rest.trailingZeroBitCount : 60 - minute)
      // Over a change of the clocks every minute is looked at.
      second += zone.offset(at: second + wait) == local - second ? wait : 60
    }
  }
}
