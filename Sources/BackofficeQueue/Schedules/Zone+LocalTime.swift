// Times on the wall as seconds since 1970-01-01 00:00 on that wall. A change of a zone's clocks is
// at most a day, and changes lie more than a day apart.
extension Zone {
  func offset(at second: Int) -> Int {
    secondsFromUTC(at: Timestamp(microseconds: Int64(second) * 1_000_000))
  }

  /// The latest time that clocks have shown until an instant: later than what they show then, when
  /// they were set back a short while before.
  func latestLocalSecond(until second: Int) -> Int {
    let offset = offset(at: second)
    let earlier = self.offset(at: second - 86_400)
    guard earlier > offset else { return second + offset }
    var low = second - 86_400
    var high = second
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if self.offset(at: middle) == offset { high = middle } else { low = middle }
    }
    return max(second + offset, low + earlier)
  }

  /// The first instant at which clocks show a time or a later one.
  func firstSecond(showing local: Int) -> Int {
    let before = offset(at: local - 86_400)
    let after = offset(at: local + 86_400)
    let early = local - max(before, after)
    let late = local - min(before, after)
    if early + offset(at: early) == local { return early }
    if late + offset(at: late) == local { return late }
    var low = early
    var high = late
    while low < high {
      let middle = low + (high - low) / 2
      if middle + offset(at: middle) >= local { high = middle } else { low = middle + 1 }
    }
    return high
  }
}

extension Int {
  /// The quotient rounded towards negative infinity; `divisor` is positive.
  package func floored(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
