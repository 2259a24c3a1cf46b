import Synchronization

/// Makes ids of UUID version 7 (RFC 9562), each greater than the one before.
///
/// The order holds within one generator and its copies, on any number of threads, even while the
/// clock stands still or goes back: 12 bits behind the millisecond count up from a random start,
/// and borrow the next millisecond when they are used up. The other 62 bits are random.
public struct IDGenerator: Sendable {
  private let source: Source

  /// A generator that takes the time from `clock` and the random bits from `random`.
  public init(clock: StoreClock, random: RandomSource) {
    source = Source(clock: clock, random: random)
  }

  /// The next id.
  public func next<Entity>(_ entity: Entity.Type = Entity.self) -> ID<Entity> {
    let words = source.next()
    return ID(high: words.high, low: words.low)
  }
}

private final class Source: Sendable {
  private struct State {
    var millisecond: UInt64 = 0
    var counter: UInt64 = 0
    var tails: RandomWords
  }

  private let clock: StoreClock
  private let random: RandomSource
  private let state: Mutex<State>

  init(clock: StoreClock, random: RandomSource) {
    self.clock = clock
    self.random = random
    state = Mutex(State(tails: RandomWords(random)))
  }

  func next() -> (high: UInt64, low: UInt64) {
    let now = UInt64(max(0, clock.now().microseconds / 1000))
    return state.withLock { state in
      let tail = state.tails.next()
      if now > state.millisecond {
        state.millisecond = now
        state.counter = seed()
      } else if state.counter < 0xfff {
        state.counter += 1
      } else {
        state.millisecond += 1
        state.counter = seed()
      }
      return (state.millisecond << 16 | 0x7000 | state.counter, 1 << 63 | tail >> 2)
    }
  }

  /// A start in the lower half of the counter, so that at least 2,048 ids fit behind it.
  private func seed() -> UInt64 { random.next() >> 53 }
}
