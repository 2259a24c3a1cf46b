import BackofficeStorage
import Foundation
import Testing

extension Values {
  @Suite struct ClockTests {
    @Test func `the system clock tells the time`() {
      let now = StoreClock.system.now()
      let foundation = Int64(Date().timeIntervalSince1970 * 1_000_000)
      #expect(abs(now.microseconds - foundation) < 60_000_000)
    }

    @Test func `a manual clock moves only when told to`() {
      let manual = ManualClock(Timestamp(microseconds: 5))
      let clock = manual.clock
      #expect(clock.now() == manual.now && manual.now.microseconds == 5)
      manual.advance(by: .seconds(1))
      #expect(clock.now().microseconds == 1_000_005)
      manual.advance(by: .seconds(-2))
      #expect(clock.now().microseconds == -999_995)
      manual.set(to: .distantFuture)
      #expect(clock.now() == .distantFuture)
    }
  }

  @Suite struct RandomSourceTests {
    @Test func `a seed gives the numbers of SplitMix64`() {
      let random = RandomSource.seeded(1_234_567)
      #expect(
        (0..<3).map { _ in random.next() } == [
          6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        ])
    }

    @Test func `numbers below a bound are even and within it`() {
      let random = RandomSource.seeded(1)
      var counts = [Int](repeating: 0, count: 6)
      for _ in 0..<60_000 { counts[random.next(below: 6)] += 1 }
      #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
      #expect(random.next(below: 1) == 0 && random.next(below: 0) == 0)
      #expect(random.next(below: -5) == 0)
      for _ in 0..<1_000 { #expect((0..<Int.max).contains(random.next(below: .max))) }
    }

    @Test func `a draw that would favor low results is repeated`() {
      let draws = ManualClock(Timestamp(microseconds: 0))
      let random = RandomSource {
        draws.advance(by: .microseconds(1))
        return draws.now.microseconds == 1 ? 0 : 1 << 63
      }
      #expect(random.next(below: 3) == 1)
      #expect(draws.now.microseconds == 2)
    }

    @Test func `units lie in 0 ..< 1`() {
      let random = RandomSource.seeded(2)
      let units = (0..<10_000).map { _ in random.unit() }
      #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
      #expect(abs(units.reduce(0, +) / 10_000 - 0.5) < 0.02)
      #expect(RandomSource { .max }.unit() < 1)
    }

    @Test func `bytes have the wanted length`() {
      for count in [0, 1, 7, 8, 9, 31] {
        #expect(RandomSource.seeded(3).bytes(count).count == count)
      }
      #expect(RandomSource.seeded(3).bytes(-1).isEmpty)
      #expect(RandomSource.seeded(3).bytes(20) == RandomSource.seeded(3).bytes(20))
      #expect(RandomSource.system.bytes(32) != RandomSource.system.bytes(32))
    }

    @Test func `it shuffles as a standard generator does`() {
      var first = RandomSource.seeded(4)
      var second = RandomSource.seeded(4)
      #expect((0..<100).shuffled(using: &first) == (0..<100).shuffled(using: &second))
    }
  }
}
