import Testing

@testable import BackofficeQueue

@Suite("Cron expressions against a clock that ticks every minute")
struct CronOracleTests {
  /// A random expression with the values that it allows.
  private struct Sample {
    let text: String
    let minutes: Set<Int>
    let hours: Set<Int>
    let days: Set<Int>?
    let months: Set<Int>
    let weekdays: Set<Int>?

    init(_ random: RandomSource) {
      func values(_ range: ClosedRange<Int>, starred: Int) -> (text: String, set: Set<Int>?) {
        switch random.next(below: starred) {
        case 0:
          let first = range.lowerBound + random.next(below: range.count)
          let last = first + random.next(below: range.upperBound - first + 1)
          let step = 1 + random.next(below: 9)
          return ("\(first)-\(last)/\(step)", Set(stride(from: first, through: last, by: step)))
        case 1:
          let set = Set(
            (0...random.next(below: 3)).map { _ in
              range.lowerBound + random.next(below: range.count)
            })
          return (set.map(String.init).joined(separator: ","), set)
        default: return ("*", nil)
        }
      }
      let minute = values(0...59, starred: 2)
      let hour = values(0...23, starred: 4)
      let day = values(1...28, starred: 4)
      let month = values(1...12, starred: 8)
      let weekday = values(0...6, starred: 4)
      text = [minute, hour, day, month, weekday].map(\.text).joined(separator: " ")
      minutes = minute.set ?? Set(0...59)
      hours = hour.set ?? Set(0...23)
      days = day.set
      months = month.set ?? Set(1...12)
      weekdays = weekday.set
    }

    /// Whether a minute on the wall, counted from 1970, is meant.
    func matches(_ minute: Int) -> Bool {
      let days = minute.floored(by: 1440)
      let date = CalendarDate(daysSince1970: days)
      guard minutes.contains((minute - days * 1440) % 60), months.contains(date.month),
        hours.contains((minute - days * 1440) / 60)
      else { return false }
      let fitsDay = self.days?.contains(date.day)
      let fitsWeekday = weekdays?.contains(date.weekday % 7)
      guard let fitsDay else { return fitsWeekday ?? true }
      return fitsDay || fitsWeekday ?? false
    }
  }

  /// All runs between two instants, found minute by minute.
  private func ticks(
    _ sample: Sample, _ zone: Zone, from start: Int, to end: Int
  ) -> [Timestamp] {
    var runs: [Timestamp] = []
    // The day before, so that a time shown twice is known.
    var shown = Int.min
    for minute in (start - 1440)...end {
      let instant = Timestamp(microseconds: Int64(minute) * 60_000_000)
      let local = minute + zone.secondsFromUTC(at: instant).floored(by: 60)
      let isRun =
        sample.hours.count == 24
        ? sample.matches(local)
        : shown != .min && shown < local && ((shown + 1)...local).contains(where: sample.matches)
      shown = max(shown, local)
      if isRun, minute > start { runs.append(instant) }
    }
    return runs
  }

  static let zones = [
    "UTC", "Europe/Paris", "Europe/London", "Europe/Dublin", "America/New_York",
    "America/Sao_Paulo", "America/Havana", "America/St_Johns", "Atlantic/Azores",
    "Australia/Lord_Howe", "Australia/Sydney", "Asia/Kathmandu", "Asia/Gaza", "Asia/Beirut",
    "Africa/Casablanca", "Africa/Cairo", "Pacific/Apia", "Pacific/Chatham", "America/Asuncion",
    "Antarctica/Troll",
  ]

  @Test(
    "Every run of random expressions around changes of clocks is found, and no other",
    arguments: CronOracleTests.zones)
  func oracle(name: String) throws {
    let zone = try #require(Zone(name))
    let random = RandomSource.seeded(UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xffff))
    // All changes of its clocks from 2008 to 2027, and one day without.
    var changes = [Int(CalendarDate(daysSince1970: 20_000).daysSince1970) * 1440]
    var previous = zone.offset(at: 1_199_145_600)
    for hour in stride(from: 1_199_145_600, to: 1_830_297_600, by: 3600) {
      let offset = zone.offset(at: hour)
      if offset != previous { changes.append(hour / 60) }
      previous = offset
    }
    for _ in 0..<40 {
      let sample = Sample(random)
      let expression = try CronExpression(sample.text)
      let change = changes[random.next(below: changes.count)]
      let start = change - 1440 - random.next(below: 300)
      let end = change + 3000
      var found: [Timestamp] = []
      var last = Timestamp(microseconds: Int64(start) * 60_000_000)
      while let next = expression.next(after: last, in: zone),
        next.microseconds <= Int64(end) * 60_000_000
      {
        #expect(next > last, "\(sample.text) in \(name)")
        found.append(next)
        last = next
      }
      let expected = ticks(sample, zone, from: start, to: end)
      #expect(found == expected, "\(sample.text) in \(name) around \(last)")
      // From an instant in between the answer is the same.
      for _ in 0..<5 {
        let middle = Timestamp(
          microseconds: Int64(start) * 60_000_000
            + Int64(random.next(below: (end - start) * 60)) * 1_000_000 + 17)
        let next = expression.next(after: middle, in: zone)
        if let wanted = expected.first(where: { $0 > middle }) {
          #expect(next == wanted, "\(sample.text) in \(name) after \(middle)")
        }
      }
    }
  }
}
