/// Memory for the texts and blobs of the statements that are running on one connection.
///
/// SQLite would allocate a copy of each. Statements nest, so what the last one took is given back
/// first; what does not fit is left to SQLite.
@safe
@usableFromInline
struct BindArena {
  @usableFromInline let start: UnsafeMutableRawPointer
  /// How much is taken; set back to what it was when the statement has ended.
  @usableFromInline var used = 0

  @usableFromInline static var capacity: Int { 1 << 16 }

  private init() { unsafe start = .allocate(byteCount: Self.capacity, alignment: 16) }

  static func allocate() -> UnsafeMutablePointer<BindArena> {
    let arena = UnsafeMutablePointer<BindArena>.allocate(capacity: 1)
    unsafe arena.initialize(to: BindArena())
    return unsafe arena
  }

  static func deallocate(_ arena: UnsafeMutablePointer<BindArena>) {
    unsafe arena.pointee.start.deallocate()
    unsafe arena.deallocate()
  }

  /// A copy of the bytes, or nil when there is no room.
  @inlinable
  mutating func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
    guard let source = bytes.baseAddress, bytes.count <= Self.capacity - used else { return nil }
    let place = unsafe start + used
    unsafe place.copyMemory(from: source, byteCount: bytes.count)
    used += bytes.count
    return UnsafeRawPointer(place)
  }
}
