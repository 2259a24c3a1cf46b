import BackofficeStorage
import Foundation
import Testing

extension Values {
  @Suite struct IDTests {
    enum Thing {}
    let text = "019a9f0c-55d1-7c3e-8a4b-0123456789ab"

    @Test func `the text is canonical and read in every form`() throws {
      let id = try #require(ID<Thing>(text))
      #expect(id.high == 0x019a_9f0c_55d1_7c3e && id.low == 0x8a4b_0123_4567_89ab)
      #expect(id.description == text)
      #expect(ID(text.uppercased()) == id)
      #expect(ID(text.replacing("-", with: "")) == id)
      #expect(UUID(uuidString: text)?.uuidString.lowercased() == id.description)
      #expect(ID<Thing>.zero.description == "00000000-0000-0000-0000-000000000000")
    }

    @Test(arguments: [
      "", "0", "019a9f0c-55d1-7c3e-8a4b-0123456789a", "019a9f0c-55d1-7c3e-8a4b-0123456789abc",
      "019a9f0c55d1-7c3e-8a4b-0123456789ab-", "019a9f0c-55d1-7c3e-8a4b-0123456789ag",
      "{019a9f0c-55d1-7c3e-8a4b-012345678}", "019a9f0c_55d1_7c3e_8a4b_0123456789ab",
      "019a9f0c55d17c3e8a4b0123456789a@", "０19a9f0c55d17c3e8a4b0123456789",
      "019a9f0c55d17c3e8a4b0123456789`a", "019a9f0c-55d1-7c3e-8a4b-0123456789:b",
    ])
    func `any other text is refused`(text: String) {
      #expect(ID<Thing>(text) == nil)
    }

    @Test func `random ids survive text, bytes, JSON and SQLite`() throws {
      let random = RandomSource.seeded(3)
      for round in 0..<2_000 {
        let id = ID<Thing>(high: random.next(), low: random.next())
        #expect(ID(id.description) == id)
        #expect(ID(bytes: id.bytes) == id)
        #expect(UUID(uuidString: id.description) != nil)
        guard round < 100 else { continue }
        #expect(try throughJSON([id]).value == [id])
        #expect(try throughSQLite(id) { ID<Thing>.decode($0) } == id)
        #expect(try throughSQLite(id) { [UInt8].decode($0) } == id.bytes)
      }
    }

    @Test func `blobs of other lengths and other kinds are refused`() throws {
      for count in [0, 15, 17, 36] {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(try throughSQLite(bytes) { ID<Thing>.decode($0) } == nil)
        #expect(ID<Thing>(bytes: bytes) == nil)
      }
      #expect(try throughSQLite(text) { ID<Thing>.decode($0) } == nil)
      #expect(try throughSQLite(ID<Thing>?.none) { ID<Thing>?.decode($0) } == .some(nil))
    }

    @Test func `ids order as their bytes do`() {
      let random = RandomSource.seeded(4)
      for _ in 0..<1_000 {
        let left = ID<Thing>(high: UInt64(random.next(below: 3)) << 62, low: random.next())
        let right = ID<Thing>(high: UInt64(random.next(below: 3)) << 62, low: random.next())
        #expect((left < right) == left.bytes.lexicographicallyPrecedes(right.bytes))
        #expect((left < right) == (left.description < right.description))
      }
    }
  }

  @Suite struct IDGeneratorTests {
    enum Thing {}

    @Test func `an id carries version, variant and millisecond`() throws {
      let now = try #require(Timestamp("2026-11-20T18:07:00.123987Z"))
      let generator = IDGenerator(clock: StoreClock { now }, random: .seeded(1))
      let id = generator.next(Thing.self)
      #expect(id.high >> 12 & 0xf == 7)
      #expect(id.low >> 62 == 0b10)
      #expect(id.timestamp.description == "2026-11-20T18:07:00.123Z")
      #expect(id.high & 0xfff < 0x800)
    }

    @Test func `ids increase while the clock stands, jumps and goes back`() {
      let clock = ManualClock(Timestamp(microseconds: 1_795_198_020_000_000))
      let random = RandomSource.seeded(5)
      let generator = IDGenerator(clock: clock.clock, random: random)
      var last = ID<Thing>.zero
      var failures = 0
      for _ in 0..<100_000 {
        if random.next(below: 10) == 0 {
          clock.advance(by: .microseconds(random.next(below: 4_000) - 2_000))
        }
        let id: ID<Thing> = generator.next()
        if id <= last || id.high >> 12 & 0xf != 7 { failures += 1 }
        last = id
      }
      #expect(failures == 0)
    }

    @Test func `a used-up millisecond borrows the next`() {
      let start = Timestamp(microseconds: 1_000_000)
      let generator = IDGenerator(clock: StoreClock { start }, random: .seeded(6))
      var last = ID<Thing>.zero
      for _ in 0..<100_000 {
        let id: ID<Thing> = generator.next()
        guard id > last else {
          Issue.record("\(id) is not behind \(last)")
          return
        }
        last = id
      }
      #expect(last.timestamp > start)
      #expect(last.timestamp <= start + .milliseconds(100_000 / 2_048 + 1))
    }

    @Test func `the same seed and clock give the same ids`() {
      func ids(seed: UInt64) -> [ID<Thing>] {
        let clock = ManualClock(.init(microseconds: 0))
        let generator = IDGenerator(clock: clock.clock, random: .seeded(seed))
        return (0..<50).map { _ in generator.next() }
      }
      #expect(ids(seed: 7) == ids(seed: 7))
      #expect(ids(seed: 7) != ids(seed: 8))
    }

    @Test func `ids of many threads are all different`() async {
      let generator = IDGenerator(clock: .system, random: .system)
      let ids = await withTaskGroup(of: [ID<Thing>].self) { group in
        for _ in 0..<8 {
          group.addTask { (0..<2_000).map { _ in generator.next() } }
        }
        return await group.reduce(into: [ID<Thing>]()) { ids, own in
          #expect(zip(own, own.dropFirst()).allSatisfy { $0 < $1 })
          ids += own
        }
      }
      #expect(Set(ids).count == 16_000)
    }

    @Test func `a clock before 1970 does not stop the ids`() {
      let generator = IDGenerator(clock: StoreClock { .distantPast }, random: .seeded(9))
      let first: ID<Thing> = generator.next()
      let second: ID<Thing> = generator.next()
      #expect(first < second)
    }
  }
}
