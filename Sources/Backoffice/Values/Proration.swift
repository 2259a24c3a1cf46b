/// The part of a billing period that a stretch of local days covers.
///
/// The day of a change belongs to the new plan. The denominator is the whole period that contains
/// the part, also if the subscription began inside it.
public struct ProratedPart: Sendable, Hashable, Codable {
  /// The number of days covered.
  public let days: Int
  /// The number of days of the whole period.
  public let outOf: Int

  /// Whether the part is the whole period.
  public var isWhole: Bool { days == outOf }

  /// The share of a price for this part, rounded so that it and the rest add up to the price.
  public func share(of price: Money) -> Money {
    price.split(by: [days, outOf - days])[0]
  }
}

/// How billing periods are divided.
public enum Proration: String, Sendable, Hashable, Codable, CaseIterable {
  /// By the local days of the customer's zone.
  case actualDays
  /// By months of 30 days: 30E/360 days elapsed since the start of the period.
  case thirtyDayMonths

  /// The parts of billing periods that a stretch of days covers, in order.
  ///
  /// - Parameters:
  ///   - start: the first day.
  ///   - end: the day after the last.
  ///   - day: the wanted day of the month on which periods begin, 1 to 31.
  ///   - months: the number of months of a period, at least 1.
  /// - Returns: one part for each period touched; empty if `end` is not after `start`.
  /// - Complexity: proportional to the number of periods.
  public func parts(
    from start: CalendarDate, to end: CalendarDate, billingDay day: Int, everyMonths months: Int = 1
  ) -> [ProratedPart] {
    let months = Swift.max(months, 1)
    var parts: [ProratedPart] = []
    var from = start
    while from < end {
      let border = from.nextBorder(day: day, everyMonths: months)
      guard border > from else { return parts }
      let first = border.inMonth(-months, day: day)
      let to = Swift.min(border, end)
      parts.append(part(from: from, to: to, first: first, border: border, months: months))
      from = to
    }
    return parts
  }

  /// Divides the price of a period at a day on which the plan changes.
  ///
  /// - Parameters:
  ///   - old: the price of the old plan for the period, which was charged in advance.
  ///   - new: the price of the new plan for a period of the same length.
  ///   - day: the local day of the change, which belongs to the new plan.
  ///   - start: the first day of the period.
  ///   - end: the day after the last of the period.
  /// - Returns: the credit for the rest of the old plan, 0 or less, and the charge for the new one.
  public func change(
    from old: Money, to new: Money, on day: CalendarDate, periodStart start: CalendarDate,
    periodEnd end: CalendarDate
  ) -> (credit: Money, charge: Money) {
    let months = Swift.max(1, (end.year - start.year) * 12 + end.month - start.month)
    let cut = Swift.min(Swift.max(day, start), end)
    let before = elapsed(to: cut, first: start, border: end, months: months)
    let all = elapsed(to: end, first: start, border: end, months: months)
    let unused = old.split(by: [before, all - before])[1]
    return (
      credit: Money(minorUnits: 0 &- unused.minorUnits, currency: unused.currency),
      charge: new.split(by: [before, all - before])[1]
    )
  }

  private func part(
    from: CalendarDate, to: CalendarDate, first: CalendarDate, border: CalendarDate, months: Int
  ) -> ProratedPart {
    let after = elapsed(to: to, first: first, border: border, months: months)
    let before = elapsed(to: from, first: first, border: border, months: months)
    let all = elapsed(to: border, first: first, border: border, months: months)
    return ProratedPart(days: after - before, outOf: all)
  }

  /// The days of a period that have elapsed at a day.
  private func elapsed(
    to day: CalendarDate, first: CalendarDate, border: CalendarDate, months: Int
  ) -> Int {
    switch self {
    case .actualDays: return day.daysSince1970 - first.daysSince1970
    case .thirtyDayMonths:
      if day >= border { return 30 * months }
      let days =
        360 * (day.year - first.year) + 30 * (day.month - first.month)
        + Swift.min(day.day, 30) - Swift.min(first.day, 30)
      return Swift.min(Swift.max(days, 0), 30 * months)
    }
  }
}
