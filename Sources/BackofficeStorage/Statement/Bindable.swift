public import CBackofficeSQLite

/// A type whose values can be bound to the parameters of a statement.
public protocol Bindable {
  /// Binds the value.
  ///
  /// - Throws: ``SQLiteError`` if the value is too big or memory runs out.
  func bind(to parameter: borrowing Parameter) throws(SQLiteError)
}

/// A type that column values decode to.
public protocol ColumnDecodable {
  /// Decodes a column value, or returns nil if it does not represent a value of this type.
  ///
  /// Decoding is strict: text is never read as a number, nor a number as text.
  static func decode(_ column: borrowing ColumnValue) -> Self?

  /// A sample value for the run that collects a row's column names; it is never stored.
  ///
  /// A default implementation is provided for types that decode from an integer, a real number, a
  /// string of digits, an empty JSON object or array, or 16 bytes, for optional types, and for
  /// `CaseIterable` enums. Other types, such as those that decode from formatted text, must
  /// implement it. Different numbers should give different values, so that a check of a declaration
  /// can tell columns apart.
  ///
  /// - Parameter number: the number of the sample, from 0 to 255.
  /// - Returns: a value, or nil if none is known; then the row type cannot be used.
  static func columnSample(_ number: Int) -> Self?
}

/// A type whose values can be bound to parameters and decoded from columns.
public typealias ColumnConvertible = Bindable & ColumnDecodable

/// A parameter of a statement, which a value binds itself to.
@safe
public struct Parameter: ~Copyable {
  @usableFromInline let statement: OpaquePointer
  @usableFromInline let index: Int32
  /// The memory for bytes until the statement ends; nil to let SQLite copy them.
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
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bindNull() throws(SQLiteError) {
    try unsafe check(sqlite3_bind_null(statement, index))
  }

  /// Binds an integer.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(_ value: Int64) throws(SQLiteError) {
    try unsafe check(sqlite3_bind_int64(statement, index, value))
  }

  /// Binds a real number; SQLite stores NaN as NULL.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(_ value: Double) throws(SQLiteError) {
    try unsafe check(sqlite3_bind_double(statement, index, value))
  }

  /// Binds a string with its length, so that NUL characters are kept.
  ///
  /// - Throws: ``SQLiteError`` if the string is too big or memory runs out.
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
    // A null pointer would bind NULL instead of an empty string.
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

  /// Binds a blob.
  ///
  /// - Throws: ``SQLiteError`` if the blob is too big or memory runs out.
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
