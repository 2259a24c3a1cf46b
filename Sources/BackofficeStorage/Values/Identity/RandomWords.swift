import CBackofficeSQLite

/// Random numbers for one owner, read from the operating system 32 at a time.
///
/// A system call for each number would dominate the cost of an ID. Other sources are called for
/// each number, in the order of use. Like SQLite connections, the buffered numbers must not be used
/// in a forked process.
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

  /// Returns nothing if the system has no such call, or it fails.
  private static func drawn() -> [UInt64] {
    // getrandom(2): requests of up to 256 bytes are answered whole and without interruption.
    unsafe Array(unsafeUninitializedCapacity: count) { buffer, drawn in
      let size = count * MemoryLayout<UInt64>.size
      drawn = unsafe backoffice_random_bytes(buffer.baseAddress, size) == 0 ? count : 0
    }
  }
}
