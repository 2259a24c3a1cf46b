import CBackofficeSQLite

extension Connection {
  /// Makes SQLite call `continues` at intervals while it runs the statements of `body`; a statement is
  /// interrupted when the answer is false.
  package func polling<Result>(
    _ continues: () -> Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    try withoutActuallyEscaping(continues) { continues in
      let poll = Poll(continues)
      defer { withExtendedLifetime(poll) {} }
      unsafe sqlite3_progress_handler(
        handle, 5000,
        { context in
          guard let context = unsafe context else { return 0 }
          return unsafe Unmanaged<Poll>.fromOpaque(context).takeUnretainedValue().continues()
            ? 0 : 1
        }, Unmanaged.passUnretained(poll).toOpaque())
      defer { unsafe sqlite3_progress_handler(handle, 0, nil, nil) }
      return try body()
    }
  }
}

private final class Poll {
  let continues: () -> Bool

  init(_ continues: @escaping () -> Bool) { self.continues = continues }
}
