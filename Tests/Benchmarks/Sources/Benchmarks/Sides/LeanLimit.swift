import CLimit

/// The lean queue of `lean.c` on the C API.
final class LeanLimit {
  private let limit: Limit
  private let handle: OpaquePointer

  init(_ path: String) throws {
    limit = try Limit(path)
    handle = try limit.lean(payload: Fixtures.payloadText)
  }

  deinit { climit_lean_free(handle) }

  func enqueue(_ count: Int) throws {
    try limit.check(climit_lean_enqueue(handle, Int32(count)))
  }

  func work(_ count: Int, by batch: Int) throws {
    try limit.check(climit_lean_work(handle, Int32(count), Int32(batch)))
  }
}
