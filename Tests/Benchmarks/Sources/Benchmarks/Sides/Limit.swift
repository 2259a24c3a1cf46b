import CLimit

/// The C API on a file, with nothing around it.
final class Limit {
  private let handle: OpaquePointer

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  init(_ path: String, isFull: Bool = false, isReader: Bool = false) throws {
    guard let handle = climit_open(path, isFull ? 1 : 0, isReader ? 1 : 0) else {
      throw Failure(description: "the file cannot be opened")
    }
    self.handle = handle
  }

  deinit { climit_close(handle) }

  func check(_ code: Int32) throws {
    if code != 0 { throw Failure(description: String(cString: climit_message(handle))) }
  }

  func execute(_ sql: String) throws { try check(climit_execute(handle, sql)) }

  func integer(_ sql: String) throws -> Int {
    var result: Int64 = 0
    try check(climit_integer_query(handle, sql, &result))
    return Int(result)
  }

  func prepare(_ tape: Tape) throws { try check(climit_prepare(handle, tape.handle)) }

  func run(_ tape: Tape, _ operations: Range<Int>) throws {
    try check(
      climit_run(handle, tape.handle, Int32(operations.lowerBound), Int32(operations.count)))
  }

  func allocateTexts() { climit_allocate_texts(handle) }

  /// The handle of a lean queue in this file, whose tables are there.
  func lean(payload: String) throws -> OpaquePointer {
    guard let lean = climit_lean_make(handle, payload) else {
      throw Failure(description: String(cString: climit_message(handle)))
    }
    return lean
  }

  func installEmptyHook() { climit_install_empty_hook(handle) }
}
