public import CBackofficeSQLite

/// A value that can stand for a `?` of a statement.
public protocol Bindable {
  /// Binds the value.
  ///
  /// - Throws: ``SQLiteError`` when SQLite refuses it (too big, out of memory).
  func bind(to parameter: borrowing Parameter) throws(SQLiteError)
}

/// A type that a column decodes to.
public protocol ColumnDecodable {
  /// The value, or nil when the column holds something else.
  ///
  /// Strict: no text is read as a number and no number as a text.
  static func decode(_ column: borrowing ColumnValue) -> Self?

  /// A value for the run that collects the names of a row's columns; not stored anywhere.
  ///
  /// Provided for types that decode from a whole or real number, 0 or 1, a text of digits, an empty
  /// JSON object or array or 16 bytes, for optional types, and for enums that are `CaseIterable`.
  /// Others state one, such as a type that decodes from a text of a certain form. Different numbers
  /// should give different values, where the type has them, so that checks of a declaration can tell
  /// columns apart.
  ///
  /// - Parameter number: not negative, below 256.
  /// - Returns: a value, or nil when none is known; then the row cannot be used.
  static func columnSample(_ number: Int) -> Self?
}

/// A type that goes into a statement and comes out of a column unchanged.
public typealias ColumnConvertible = Bindable & ColumnDecodable

/// The place of one `?`, lent to a value while it binds itself.
@safe
public struct Parameter: ~Copyable {
  @usableFromInline let statement: OpaquePointer
  @usableFromInline let index: Int32
  /// Where bytes lie until the statement ends; nil to let SQLite copy them.
  @usableFromInline let arena: UnsafeMutablePointer<BindArena>?

  @inlinable
  init(
    statement: OpaquePointer, index: Int32, arena: UnsafeMutablePointer<BindArena>? = nil
  ) {
    unsafe self.statement = unsafe statement
    self.index = index
    unsafe self.arena = unsafe arena
  }

  /// Binds NULL.
  @inlinable
  public func bindNull() throws(SQLiteError) {
    try unsafe check(sqlite3_bind_null(statement, index))
  }

  /// Binds an integer.
  @inlinable
  public func bind(_ value: Int64) throws(SQLiteError) {
    try unsafe check(sqlite3_bind_int64(statement, index, value))
  }

  /// Binds a real number; SQLite stores NaN as NULL.
  @inlinable
  public func bind(_ value: Double) throws(SQLiteError) {
    try unsafe check(sqlite3_bind_double(statement, index, value))
  }

  /// Binds a text by its length, so that a NUL inside it survives.
  @inlinable
  public func bind(_ value: String) throws(SQLiteError) {
    if let code = unsafe value.utf8.withContiguousStorageIfAvailable({ bytes in
      unsafe bind(text: UnsafeRawBufferPointer(bytes))
    }) {
      return try check(code)
    }
    var value = value
    try check(value.withUTF8 { bytes in unsafe bind(text: UnsafeRawBufferPointer(bytes)) })
  }

  @inlinable
  func bind(text bytes: UnsafeRawBufferPointer) -> Int32 {
    // A null pointer would bind NULL where an empty text is meant.
    guard let start = bytes.baseAddress, bytes.count > 0 else {
      return unsafe backoffice_bind_text(statement, index, "", 0)
    }
    if let place = unsafe arena?.pointee.copy(bytes) {
      return unsafe backoffice_bind_static_text(
        statement, index, place.assumingMemoryBound(to: CChar.self), UInt64(bytes.count))
    }
    return unsafe backoffice_bind_text(
      statement, index, start.assumingMemoryBound(to: CChar.self), UInt64(bytes.count))
  }

  /// Binds a blob by its length.
  @inlinable
  public func bind(blob value: RawSpan) throws(SQLiteError) {
    let code = unsafe value.withUnsafeBytes { bytes in
      if bytes.count > 0, let place = unsafe arena?.pointee.copy(bytes) {
        return unsafe backoffice_bind_static_blob(statement, index, place, UInt64(bytes.count))
      }
      return unsafe backoffice_bind_blob(
        statement, index, bytes.baseAddress, UInt64(bytes.count))
    }
    try check(code)
  }

  @inlinable
  func check(_ code: Int32) throws(SQLiteError) {
    if code != SQLITE_OK { throw failure(code) }
  }

  @usableFromInline
  @inline(never)
  func failure(_ code: Int32) -> SQLiteError {
    let sql = unsafe sqlite3_sql(statement).map { unsafe String(cString: $0) }
    return unsafe SQLiteError.current(
      of: sqlite3_db_handle(statement), code: code, sql: sql, operation: .bind)
  }
}

extension SQLiteError {
  @usableFromInline
  static func current(
    of database: OpaquePointer?, code: Int32, sql: String?, operation: Operation
  ) -> SQLiteError {
    guard let database = unsafe database else {
      let result = ResultCode(rawValue: code)
      return SQLiteError(
        code: result, message: result.description, sql: sql, operation: operation)
    }
    let extended = unsafe sqlite3_extended_errcode(database)
    let matches = extended & 0xff == code & 0xff
    let message =
      matches
      ? unsafe String(cString: sqlite3_errmsg(database))
      : ResultCode(rawValue: code).description
    let isOfSystem = [SQLITE_IOERR, SQLITE_CANTOPEN].contains(code & 0xff)
    return SQLiteError(
      code: ResultCode(rawValue: matches ? extended : code), message: message, sql: sql,
      operation: operation,
      systemError: isOfSystem ? unsafe sqlite3_system_errno(database) : 0)
  }
}
