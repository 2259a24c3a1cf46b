import CBackofficeSQLite

/// Random numbers for one owner, drawn from the operating system thirty-two at a time.
///
/// A call of the system for each costs more than all else that an id takes. Sources that are not the
/// system's are asked one by one, in the order in which numbers are used. As SQLite's connections,
/// what was drawn must not be carried into a forked process.
struct RandomWords {
  private let source: RandomSource
  private var words: [UInt64] = []

  private static let count = 32

  init(_ source: RandomSource) { self.source = source }

  mutating func next() -> UInt64 {
    guard source.isSystem else { return source.next() }
    if let word = words.popLast() { return word }
    words = Self.drawn()
    return words.popLast() ?? source.next()
  }

  /// Nothing where the system has no such call, or it fails.
  private static func drawn() -> [UInt64] {
    // getrandom(2): requests of up to 256 bytes are answered whole and without interruption.
    unsafe Array(unsafeUninitializedCapacity: count) { buffer, drawn in
      let size = count * MemoryLayout<UInt64>.size
      drawn = unsafe backoffice_random_bytes(buffer.baseAddress, size) == 0 ? count : 0
    }
  }
}
