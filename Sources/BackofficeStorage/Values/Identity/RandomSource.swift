import Synchronization

/// Where a store gets random bits from.
///
/// It is a `RandomNumberGenerator` too, for `shuffled(using:)` and the like.
public struct RandomSource: Sendable, RandomNumberGenerator {
  private let draw: @Sendable () -> UInt64
  /// Whether it is the generator of the operating system.
  let isSystem: Bool

  /// The generator of the operating system, fit for secrets.
  public static let system = RandomSource(
    draw: {
      var generator = SystemRandomNumberGenerator()
      return generator.next()
    }, isSystem: true)

  /// The same numbers in the same order for the same seed (SplitMix64); never for secrets.
  ///
  /// Copies share one sequence.
  public static func seeded(_ seed: UInt64) -> RandomSource {
    let sequence = SplitMix64(seed)
    return RandomSource { sequence.next() }
  }

  /// A source that calls `draw` for each 64 bits; the closure is called from any thread.
  public init(_ draw: @escaping @Sendable () -> UInt64) { self.init(draw: draw, isSystem: false) }

  private init(draw: @escaping @Sendable () -> UInt64, isSystem: Bool) {
    self.draw = draw
    self.isSystem = isSystem
  }

  /// 64 random bits.
  public func next() -> UInt64 { draw() }

  /// A number from 0 up to but not including `bound`, each equally likely; 0 when `bound` is below 1.
  public func next(below bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    // Lemire's multiplication; a draw that would favour low results is repeated.
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// A number from 0 up to but not including 1, one of 2^53 equally spaced.
  public func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Random bytes; none when `count` is below 1.
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
