import Synchronization

/// Generates IDs of UUID version 7 (RFC 9562), each greater than the previous one.
///
/// The order holds within one generator and its copies, on any number of threads, even if the clock
/// stands still or goes back: 12 bits after the millisecond count up from a random start, and carry
/// into the millisecond on overflow. The other 62 bits are random.
public struct IDGenerator: Sendable {
  private let source: Source

  /// Creates a generator that reads the time from `clock` and random bits from `random`.
  public init(clock: StoreClock, random: RandomSource) {
    source = Source(clock: clock, random: random)
  }

  /// Returns the next ID.
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

  /// A start in the lower half of the counter, which leaves room for at least 2,048 IDs.
  private func seed() -> UInt64 { random.next() >> 53 }
}
