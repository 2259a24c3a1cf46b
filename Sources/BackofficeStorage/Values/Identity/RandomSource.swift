import Synchronization

/// A source of random numbers.
///
/// It is also a `RandomNumberGenerator`, for `shuffled(using:)` and similar methods.
public struct RandomSource: Sendable, RandomNumberGenerator {
  private let draw: @Sendable () -> UInt64
  /// Whether it is the operating system's generator.
  let isSystem: Bool

  /// The operating system's generator, which is cryptographically secure.
  public static let system = RandomSource(
    draw: {
      var generator = SystemRandomNumberGenerator()
      return generator.next()
    }, isSystem: true)

  /// A deterministic generator (SplitMix64); not cryptographically secure.
  ///
  /// Copies share one sequence.
  public static func seeded(_ seed: UInt64) -> RandomSource {
    let sequence = SplitMix64(seed)
    return RandomSource { sequence.next() }
  }

  /// Creates a source that calls `draw`, from any thread, for each 64 bits.
  public init(_ draw: @escaping @Sendable () -> UInt64) { self.init(draw: draw, isSystem: false) }

  private init(draw: @escaping @Sendable () -> UInt64, isSystem: Bool) {
    self.draw = draw
    self.isSystem = isSystem
  }

  /// Returns 64 random bits.
  public func next() -> UInt64 { draw() }

  /// Returns a uniformly distributed number from 0 to `bound` - 1; 0 if `bound` is below 1.
  public func next(below bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    // Lemire's method: draws that would favor low results are repeated.
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Returns one of 2^53 equally spaced numbers from 0 up to but not including 1.
  public func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Returns `count` random bytes; none if `count` is below 1.
  public func bytes(_ count: Int) -> [UInt8] {
    guard count > 0 else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      var word = next()
      for _ in 0..<min(8, count - bytes.count) {
        bytes.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
    }
    return bytes
  }
}

private final class SplitMix64: Sendable {
  private let state: Mutex<UInt64>

  init(_ seed: UInt64) { state = Mutex(seed) }

  func next() -> UInt64 {
    var word = state.withLock { state in
      state &+= 0x9e37_79b9_7f4a_7c15
      return state
    }
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
