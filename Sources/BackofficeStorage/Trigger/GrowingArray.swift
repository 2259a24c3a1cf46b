/// A growing array without reference counting; the owner deallocates it.
///
/// The hook writes hundreds of values for each changed row; an `Array` would check for uniqueness
/// each time.
@safe
struct GrowingArray<Element: BitwiseCopyable> {
  private(set) var start: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private(set) var capacity: Int

  init(capacity: Int) {
    self.capacity = max(1, capacity)
    unsafe start = .allocate(capacity: self.capacity)
  }

  func deallocate() { unsafe start.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return unsafe start[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      unsafe start[index] = newValue
    }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(by: 1) }
    unsafe (start + count).initialize(to: element)
    count += 1
  }

  @inline(__always)
  mutating func append(repeating element: Element, count added: Int) {
    if capacity - count < added { grow(by: added) }
    unsafe (start + count).initialize(repeating: element, count: added)
    count += added
  }

  @inline(__always)
  mutating func append(from source: UnsafePointer<Element>, count added: Int) {
    if capacity - count < added { grow(by: added) }
    unsafe (start + count).initialize(from: source, count: added)
    count += added
  }

  /// Removes the elements from index `count` on.
  @inline(__always)
  mutating func truncate(to count: Int) {
    assert(count >= 0 && count <= self.count)
    self.count = count
  }

  @inline(never)
  private mutating func grow(by added: Int) {
    let wanted = max(count + added, capacity * 2)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: wanted)
    unsafe larger.initialize(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = larger
    capacity = wanted
  }
}
