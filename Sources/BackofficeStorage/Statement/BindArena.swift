/// Memory for the bound strings and blobs of one connection's running statements.
///
/// Without it, SQLite would allocate a copy of each. Statements nest, so memory is released in
/// reverse order. Values that do not fit are copied by SQLite.
@safe
@usableFromInline
struct BindArena {
  @usableFromInline let start: UnsafeMutableRawPointer
  /// The number of bytes in use; restored when a statement ends.
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

  /// Copies the bytes, or returns nil if they do not fit.
  @inlinable
  mutating func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
    guard let source = bytes.baseAddress, bytes.count <= Self.capacity - used else { return nil }
    let place = unsafe start + used
    unsafe place.copyMemory(from: source, byteCount: bytes.count)
    used += bytes.count
    return UnsafeRawPointer(place)
  }
}
