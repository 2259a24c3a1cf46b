/// A list whose elements never change and to which nobody counts references; its owner gives it back.
///
/// @unchecked Sendable: written once, before anybody else has it.
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

  /// The elements as an array of their own.
  var array: [Element] { (0..<count).map { self[$0] } }

  func withBytes<Result>(
    _ stretch: WatchPlan.Stretch, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result where Element == UInt8 {
    unsafe body(UnsafeRawBufferPointer(start: start + stretch.first, count: stretch.count))
  }
}
