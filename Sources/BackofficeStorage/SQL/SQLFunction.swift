import CBackofficeSQLite

/// A value of any storage class, as an SQL function receives and returns it.
public enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
}

/// A scalar function in Swift that SQL statements call by name.
///
/// The function must return the same value for the same arguments, and must not use the connection
/// that calls it.
public struct SQLFunction: Sendable {
  /// The name; the case does not matter.
  public let name: String
  /// The number of arguments; nil for any number.
  public let argumentCount: Int?
  /// Computes the value.
  package let body: @Sendable ([SQLValue]) throws -> SQLValue

  /// Creates a function.
  ///
  /// - Parameters:
  ///   - name: the name, at most 255 bytes.
  ///   - argumentCount: the number of arguments, at most 100; nil for any number.
  ///   - body: computes the value; an error that it throws fails the statement.
  public init(
    _ name: String, argumentCount: Int? = nil,
    _ body: @escaping @Sendable ([SQLValue]) throws -> SQLValue
  ) {
    self.name = name
    self.argumentCount = argumentCount
    self.body = body
  }
}

extension Connection {
  /// Adds a function; returns false, and changes nothing, if SQLite has it itself.
  ///
  /// - Throws: ``SQLiteError`` if the name or the number of arguments is not valid.
  package func add(_ function: SQLFunction) throws -> Bool {
    guard try !isBuiltIn(function) else { return false }
    let box = unsafe Unmanaged.passRetained(FunctionBox(body: function.body)).toOpaque()
    let code = unsafe sqlite3_create_function_v2(
      handle, function.name, Int32(clamping: function.argumentCount ?? -1),
      SQLITE_UTF8 | SQLITE_DETERMINISTIC, box,
      { context, count, values in
        let pointer = unsafe sqlite3_user_data(context)
        guard let pointer = unsafe pointer else { return }
        let box = unsafe Unmanaged<FunctionBox>.fromOpaque(pointer).takeUnretainedValue()
        do {
          let arguments = (0..<Int(count)).map { unsafe SQLValue(values?[$0]) }
          unsafe try box.body(arguments).setResult(of: context)
        } catch {
          unsafe backoffice_result_error(context, "\(error)")
        }
      }, nil, nil,
      { pointer in
        if let pointer = unsafe pointer {
          unsafe Unmanaged<FunctionBox>.fromOpaque(pointer).release()
        }
      })
    guard code == SQLITE_OK else { throw failure(code, sql: function.name, operation: .prepare) }
    return true
  }

  /// Removes a function that was added.
  package func remove(_ function: SQLFunction) {
    _ = unsafe sqlite3_create_function_v2(
      handle, function.name, Int32(clamping: function.argumentCount ?? -1), SQLITE_UTF8, nil, nil,
      nil, nil, nil)
  }

  private func isBuiltIn(_ function: SQLFunction) throws -> Bool {
    var isFound = false
    try run(
      sql: """
        SELECT 1 FROM pragma_function_list
        WHERE name = ? COLLATE NOCASE AND builtin AND (narg = ? OR narg < 0) LIMIT 1
        """, function.name, function.argumentCount ?? -1
    ) { _ in
      isFound = true
      return false
    }
    return isFound
  }
}

/// The body of a function behind a pointer, for SQLite to call.
private final class FunctionBox {
  let body: @Sendable ([SQLValue]) throws -> SQLValue

  init(body: @escaping @Sendable ([SQLValue]) throws -> SQLValue) { self.body = body }
}

extension SQLValue {
  fileprivate init(_ value: OpaquePointer?) {
    guard let value = unsafe value else {
      self = .null
      return
    }
    let column = unsafe ColumnValue(value)
    self =
      switch column.storageClass {
      case .integer: .integer(column.integer)
      case .real: .real(column.double ?? 0)
      case .text:
        .text(unsafe column.textBytes.map { unsafe String(decoding: $0, as: UTF8.self) } ?? "")
      case .blob:
        .blob(column.withBlob { bytes in unsafe bytes.withUnsafeBytes { unsafe Array($0) } } ?? [])
      case .null: .null
      }
  }

  fileprivate func setResult(of context: OpaquePointer?) {
    switch self {
    case .null: unsafe sqlite3_result_null(context)
    case .integer(let value): unsafe sqlite3_result_int64(context, value)
    case .real(let value): unsafe sqlite3_result_double(context, value)
    case .text(let text):
      unsafe backoffice_result_text(context, text, sqlite3_uint64(text.utf8.count))
    case .blob(let bytes):
      unsafe backoffice_result_blob(context, bytes, sqlite3_uint64(bytes.count))
    }
  }
}
