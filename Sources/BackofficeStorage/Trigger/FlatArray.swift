/// An immutable array without reference counting; the owner deallocates it.
///
/// @unchecked Sendable: written only during initialization.
@safe
struct FlatArray<Element: BitwiseCopyable & Sendable>: BitwiseCopyable, @unchecked Sendable {
  let start: UnsafeMutablePointer<Element>
  let count: Int

  init(_ elements: [Element]) {
    count = elements.count
    unsafe start = .allocate(capacity: max(1, count))
    unsafe start.initialize(from: elements, count: count)
  }

  func deallocate() { unsafe start.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    assert(index >= 0 && index < count)
    return unsafe start[index]
  }

  /// The elements as an array.
  var array: [Element] { (0..<count).map { self[$0] } }

  func withBytes<Result>(
    _ range: WatchPlan.ListRange, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result where Element == UInt8 {
    unsafe body(UnsafeRawBufferPointer(start: start + range.first, count: range.count))
  }
}
