import CLimit

/// The statements of a row of operations, as the library ran them.
final class Tape {
  let handle: OpaquePointer

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { climit_tape_free(handle) }

  /// Records `count` operations of what `open` makes; its connections are watched from the start.
  static func record<Subject>(
    _ count: Int, open: () throws -> Subject, operation: (Subject, Int) throws -> Void
  ) throws -> Tape {
    guard let handle = climit_tape_make() else { throw Failure(description: "out of memory") }
    let tape = Tape(handle)
    guard climit_recorder_install() == 0 else {
      throw Failure(description: "this SQLite cannot be traced")
    }
    let subject: Subject
    do {
      subject = try open()
      climit_record(handle)
      for index in 0..<count {
        guard climit_tape_begin_operation(handle) == 0 else {
          throw Failure(description: "out of memory")
        }
        try operation(subject, index)
      }
    } catch {
      climit_record(nil)
      throw error
    }
    let code = climit_record(nil)
    guard code == 0 else { throw Failure(description: "the trace could not be read (\(code))") }
    return tape
  }

  var operationCount: Int { Int(climit_tape_operation_count(handle)) }

  var statements: [String] {
    (0..<climit_tape_statement_count(handle)).map {
      String(cString: climit_tape_statement(handle, $0))
    }
  }

  /// How many statements an operation takes, on average.
  var statementsPerOperation: Double {
    Double(climit_tape_step_count(handle)) / Double(max(1, operationCount))
  }

  func steps(of operation: Int) -> Range<Int32> {
    climit_tape_first_step(
      handle, Int32(operation))..<climit_tape_first_step(handle, Int32(operation + 1))
  }

  func step(_ index: Int32) -> climit_step { climit_tape_step(handle, index) }

  func value(_ index: Int32) -> climit_value { climit_tape_value(handle, index) }
}
