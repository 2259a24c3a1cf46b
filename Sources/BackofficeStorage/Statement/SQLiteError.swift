import CBackofficeSQLite

/// An error that SQLite returned, with its code, message and statement.
///
/// It never contains bound values, so it can be logged without exposing customer data. See
/// <https://www.sqlite.org/rescode.html>.
public struct SQLiteError: Error, Sendable, Hashable {
  /// The extended result code.
  public let code: ResultCode
  /// SQLite's message, which may name tables and columns but no bound values.
  public let message: String
  /// The SQL text, with its parameters unexpanded.
  public let sql: String?
  /// The operation that failed.
  public let operation: Operation

  /// The operating system's error number (`errno`) for an I/O error or a failed open; 0 if there is
  /// none.
  public let systemError: Int32

  /// The operation that failed.
  public enum Operation: String, Sendable, Hashable {
    case open, configure, prepare, bind, step, begin, commit, rollback, savepoint, backup, close
  }

  /// Creates an error from its parts.
  public init(
    code: ResultCode, message: String, sql: String? = nil, operation: Operation,
    systemError: Int32 = 0
  ) {
    self.code = code
    self.message = message
    self.sql = sql
    self.operation = operation
    self.systemError = systemError
  }
}

extension SQLiteError: CustomStringConvertible {
  /// The operation, the reason and the statement, on one line.
  public var description: String {
    var text = "SQLite \(operation.rawValue) failed with \(code): \(message)"
    if let sql { text += " [in: \(sql.singleLine(limit: 300))]" }
    return text
  }
}

/// A SQLite result code; a struct rather than an enum, because later versions add codes.
///
/// In a pattern, a primary code such as `.constraint` matches all of its extended codes, and an
/// extended code such as `.constraintUnique` matches only itself.
public struct ResultCode: RawRepresentable, Sendable, Hashable {
  /// The code, as listed at <https://www.sqlite.org/rescode.html>.
  public let rawValue: Int32

  /// Creates a result code from its number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The primary code: the low eight bits.
  public var primary: ResultCode { ResultCode(rawValue: rawValue & 0xff) }

  /// Whether `code` is the same code, or an extension of the primary code `pattern`.
  public static func ~= (pattern: ResultCode, code: ResultCode) -> Bool {
    pattern == code || (pattern == pattern.primary && pattern == code.primary)
  }

  /// A generic error, such as a syntax error in a statement.
  public static let error = ResultCode(rawValue: SQLITE_ERROR)
  /// Another connection holds the lock.
  public static let busy = ResultCode(rawValue: SQLITE_BUSY)
  /// A table is locked by the same connection.
  public static let locked = ResultCode(rawValue: SQLITE_LOCKED)
  /// Memory ran out.
  public static let outOfMemory = ResultCode(rawValue: SQLITE_NOMEM)
  /// A write to a read-only database.
  public static let readOnly = ResultCode(rawValue: SQLITE_READONLY)
  /// The statement was interrupted.
  public static let interrupt = ResultCode(rawValue: SQLITE_INTERRUPT)
  /// The operating system failed to read or write.
  public static let ioError = ResultCode(rawValue: SQLITE_IOERR)
  /// The file is malformed.
  public static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
  /// The disk is full.
  public static let full = ResultCode(rawValue: SQLITE_FULL)
  /// The file cannot be opened.
  public static let cannotOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
  /// A string or blob exceeds SQLite's limit.
  public static let tooBig = ResultCode(rawValue: SQLITE_TOOBIG)
  /// A constraint of the schema was violated.
  public static let constraint = ResultCode(rawValue: SQLITE_CONSTRAINT)
  /// A `CHECK` was violated.
  public static let constraintCheck = ResultCode(rawValue: SQLITE_CONSTRAINT | (1 << 8))
  /// A foreign key was violated.
  public static let constraintForeignKey = ResultCode(rawValue: SQLITE_CONSTRAINT | (3 << 8))
  /// A `NOT NULL` was violated.
  public static let constraintNotNull = ResultCode(rawValue: SQLITE_CONSTRAINT | (5 << 8))
  /// A primary key already exists.
  public static let constraintPrimaryKey = ResultCode(rawValue: SQLITE_CONSTRAINT | (6 << 8))
  /// An SQL trigger raised an error.
  public static let constraintTrigger = ResultCode(rawValue: SQLITE_CONSTRAINT | (7 << 8))
  /// A unique index already has the value.
  public static let constraintUnique = ResultCode(rawValue: SQLITE_CONSTRAINT | (8 << 8))
  /// A value of the wrong type for a `STRICT` column.
  public static let constraintDataType = ResultCode(rawValue: SQLITE_CONSTRAINT | (12 << 8))
  /// The SQLite API was misused.
  public static let misuse = ResultCode(rawValue: SQLITE_MISUSE)
  /// A bind or column index is out of range.
  public static let range = ResultCode(rawValue: SQLITE_RANGE)
  /// The file is not a database, or is encrypted.
  public static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)
}

extension ResultCode: CustomStringConvertible {
  /// SQLite's English description of the code, with the number.
  public var description: String {
    let text = unsafe sqlite3_errstr(rawValue).map { unsafe String(cString: $0) } ?? "unknown"
    return "\(text) (\(rawValue))"
  }
}

extension String {
  /// The text on one line, truncated to `limit` characters.
  package func singleLine(limit: Int) -> String {
    let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count <= limit ? line : line.prefix(limit) + "…"
  }
}
